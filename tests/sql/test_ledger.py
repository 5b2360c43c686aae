"""The ledger and the gates, attacked by direct SQL as the service's own role: each rule broken once on purpose, and the honest path."""
import os
import subprocess
import sys
import time
import uuid

PG = os.environ.get("XQ_PG", "")
STREET = 110000001 + int(time.time()) % 800000 * 1000
NIL = "00000000-0000-0000-0000-000000000000"
count = 0
failed = 0


def report(good, name, detail=""):
    global count, failed
    count += 1
    failed += not good
    print(("ok" if good else "not ok"), count, "-", name)
    if not good:
        print("# " + detail.strip().replace("\n", "\n# "))


def psql(sql, role="xq_supervision"):
    script = "BEGIN;\nSET LOCAL ROLE %s;\n%s\nSELECT supervision.rules_now(%d);\nCOMMIT;\n" % (role, sql, STREET)
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", "-d", PG], input=script, text=True,
                          capture_output=True, check=False)
    return done.returncode, done.stderr


def passes(name, sql):
    code, err = psql(sql)
    report(code == 0, name, err)


def refused(name, rule, sql):
    """rule: the name of the constraint, or an SQLSTATE."""
    code, err = psql(sql)
    report(code != 0 and rule in err, "%s: %s" % (rule, name), "returned %d\n%s" % (code, err))


def new():
    return str(uuid.uuid4())


AT = "'2014-03-01T09:00:00Z'"
P, ORG, SPONSOR, CLAIM, OFFICER, OTHER, A1, A2, A3, STRANGER = (new() for _ in range(10))
MS, MS2, PAY, PAY2, LOT, LOT2, LINE = (new() for _ in range(7))
H, V = "a" * 64, "b" * 64
N = "'%s'" % NIL


def move(lot, n, kind, fen, before, after, debit=None, credit=None, payment=None, transfer=None):
    """A row of the chain; before None = the first."""
    debit = debit or {"receive": lot, "spend": ORG, "return": SPONSOR}[kind]
    credit = credit or {"receive": SPONSOR, "spend": lot, "return": lot}[kind]
    b = before or ("NULL",) * 4
    return ("INSERT INTO supervision.lot_move (street, lot, n, kind, fen, debit, credit, transfer, project, sponsor, payment, b_received, b_spent, "
            "b_held, b_returned, received, spent, held, returned, moved_at, moved_by, recorded_at) VALUES (%d, '%s', %d, '%s', %d, '%s', '%s', "
            "'%s', '%s', '%s', %s, %s, %s, %s, %s, %d, %d, %d, %d, %s, '%s', %s);" %
            (STREET, lot, n, kind, fen, debit, credit, transfer or payment or new(), P, SPONSOR, "'%s'" % payment if payment else "NULL",
             *b, *after, AT, OFFICER, AT))


def lot(lot_id, fen, line=NIL):
    return ("INSERT INTO supervision.lot VALUES (%d, '%s', '%s', '%s', '%s', 'company', '330102', %d, '%s', NULL, %s, '%s', %s);" %
            (STREET, lot_id, P, CLAIM, SPONSOR, fen, line, AT, OFFICER, AT))


def milestone(i, n):
    return ("INSERT INTO supervision.milestone (street, id, project, n, title, point, gate_version, gate_kind, gate_upto, need, planned_at, planned_by) "
            "VALUES (%d, '%s', '%s', %d, 't', 'site', 1, 'milestone', 0, 2, %s, '%s');" % (STREET, i, P, n, AT, OFFICER))


def accept_sign(i, n, who):
    return ("INSERT INTO supervision.milestone_signature (street, milestone, n, project, point, ambassador, signed_at) "
            "VALUES (%d, '%s', %d, '%s', 'site', '%s', %s);" % (STREET, i, n, P, who, AT))


def acceptance(k, i, need=2):
    return ("INSERT INTO supervision.acceptance (street, project, k, milestone, need, accepted_at) VALUES (%d, '%s', %d, '%s', %d, %s);" %
            (STREET, P, k, i, need, AT))


def payment(i, fen=100, upto=5000000, need=2, line=NIL, work=None):
    return ("INSERT INTO supervision.payment VALUES (%d, '%s', '%s', '%s', '%s', %d, 'site', '%s', '%s', '%s', NULL, '%s', 1, 'payment', %d, %d, %s);" %
            (STREET, i, P, work or MS, ORG, fen, line, V, H, OFFICER, upto, need, AT))


def sign(i, n, who, text=H):
    return ("INSERT INTO supervision.signature (street, payment, n, project, point, hash, requester, ambassador, signed_at) "
            "VALUES (%d, '%s', %d, '%s', 'site', '%s', '%s', '%s', %s);" % (STREET, i, n, P, text, OFFICER, who, AT))


def payable(i, need=2, by=None, work=None):
    return ("INSERT INTO supervision.payable VALUES (%d, '%s', '%s', '%s', %d, '%s', '%s', %s);" %
            (STREET, i, P, work or MS, need, OFFICER, by or A2, AT))


def part(i, k, lot_id, lot_n, fen, before, total, of, line=NIL, earmark=NIL):
    return ("INSERT INTO supervision.payment_part (street, payment, k, lot, lot_n, fen, b_total, total, payment_fen, line, earmark) "
            "VALUES (%d, '%s', %d, '%s', %d, %d, %s, %d, %d, '%s', '%s');" % (STREET, i, k, lot_id, lot_n, fen, before, total, of, line, earmark))


def paid(i, parts, fen, by=None):
    return ("INSERT INTO supervision.paid VALUES (%d, '%s', %d, %d, '%s', '%s', %s, %s);" % (STREET, i, parts, fen, OFFICER, by or OTHER, AT, AT))


def story():
    s = STREET
    passes("books, promise, draw", """
      INSERT INTO supervision.books VALUES (%d, '%s', '%s', '%s', '330102', '%s', 'running', %s);
      INSERT INTO supervision.promise VALUES (%d, '%s', '%s', '%s', 'company', 'money', 1000, 'fen');
      INSERT INTO supervision.draw_commitment VALUES (%d, '%s', encode(sha256('seed'), 'hex'), %s, '%s');
      INSERT INTO supervision.draw VALUES (%d, '%s', 'seed', 3, ARRAY['%s','%s','%s']::uuid[], %s, '%s', encode(sha256('seed'), 'hex'));
      INSERT INTO supervision.assignment SELECT %d, '%s', p, a::uuid, n FROM unnest(ARRAY['funds','site']) p,
        unnest(ARRAY['%s','%s','%s']) WITH ORDINALITY t(a, n);""" %
           (s, P, new(), ORG, new(), AT, s, CLAIM, P, SPONSOR, s, P, AT, OFFICER, s, P, A1, A2, A3, AT, OFFICER, s, P, A1, A2, A3))
    refused("a lot of another sponsor than the promise's", "lot_promise", lot(LOT, 100).replace(SPONSOR, STRANGER))
    refused("a lot of nothing", "lot_fen", lot(LOT, 0))
    passes("two lots", lot(LOT, 100) + move(LOT, 1, "receive", 100, None, (100, 0, 100, 0)) + lot(LOT2, 50, LINE) +
           move(LOT2, 1, "receive", 50, None, (50, 0, 50, 0)))
    refused("a lot made bigger by its move", "lot_of", lot(new(), 10) + move(LOT, 2, "return", 1, (100, 0, 100, 0), (100, 0, 99, 1)).replace(P, new()))
    refused("a second beginning", "lot_pk", move(LOT, 1, "receive", 100, None, (100, 0, 100, 0)))
    refused("overspending by return", "lot_held", move(LOT, 2, "return", 101, (100, 0, 100, 0), (100, 0, -1, 101)))
    refused("forged balances before", "lot_chain", move(LOT, 2, "return", 10, (100, 0, 90, 10), (100, 0, 80, 20)))
    refused("a forged step", "lot_step", move(LOT, 2, "return", 10, (100, 0, 100, 0), (100, 10, 90, 0)))
    refused("sums that do not add up", "lot_adds_up", move(LOT, 2, "return", 10, (100, 0, 100, 0), (100, 0, 80, 10)))
    refused("a move without what was before", "lot_first", move(LOT, 2, "return", 10, None, (100, 0, 90, 10)))
    refused("a skipped number", "lot_chain", move(LOT, 3, "return", 10, (100, 0, 100, 0), (100, 0, 90, 10)))
    refused("money that goes back to somebody else", "lot_legs", move(LOT, 2, "return", 10, (100, 0, 100, 0), (100, 0, 90, 10), debit=STRANGER))
    refused("a spend that names no payment", "lot_names", move(LOT, 2, "spend", 10, (100, 0, 100, 0), (100, 10, 90, 0)))
    refused("a negative amount", "lot_move_fen", move(LOT, 2, "return", -10, (100, 0, 100, 0), (100, 0, 110, -10)))
    work_and_payment()


def work_and_payment():
    passes("a milestone and a payment", milestone(MS, 1) + payment(PAY))
    refused("a milestone with a hole before it", "milestone_chain", milestone(MS2, 3))
    refused("accepted with no signature", "acceptance_signed", acceptance(1, MS))
    refused("accepted with a forged need", "acceptance_of", accept_sign(MS, 1, A1) + acceptance(1, MS, 1))
    refused("accepted by a stranger", "milestone_sign_who", accept_sign(MS, 1, STRANGER))
    refused("accepted twice by one", "milestone_sign_once", accept_sign(MS, 1, A1) + accept_sign(MS, 2, A1))
    refused("a payment with a forged need", "payment_gate", payment(new(), need=3))
    refused("a payment with one signature needed", "payment_gate", payment(new(), need=1))
    refused("a payment above its band", "payment_band", payment(new(), fen=5000001))
    refused("payable with no signature", "payable_signed", payable(PAY))
    refused("payable with one", "payable_signed", sign(PAY, 1, A1) + payable(PAY))
    refused("payable with a forged need", "payable_need", sign(PAY, 1, A1) + payable(PAY, need=1))
    refused("one ambassador twice", "signature_once", sign(PAY, 1, A1) + sign(PAY, 2, A1))
    refused("a stranger's signature", "signature_who", sign(PAY, 1, STRANGER))
    refused("a skipped signature", "signature_chain", sign(PAY, 2, A1))
    refused("a signature over something else", "signature_of", sign(PAY, 1, A1, "c" * 64))
    refused("signed by who asked", "signature_other", sign(PAY, 1, OFFICER))
    refused("payable before the work is accepted", "payable_accepted", sign(PAY, 1, A1) + sign(PAY, 2, A2) + payable(PAY))
    refused("released by who asked", "payable_other", sign(PAY, 1, A1) + sign(PAY, 2, A2) + payable(PAY, by=OFFICER))
    spend = move(LOT, 2, "spend", 100, (100, 0, 100, 0), (100, 100, 0, 0), payment=PAY)
    refused("a spend of what is not payable", "lot_payable", spend)
    passes("accepted and signed by two", accept_sign(MS, 1, A1) + accept_sign(MS, 2, A2) + acceptance(1, MS) + sign(PAY, 1, A1) + sign(PAY, 2, A2) +
           payable(PAY))
    refused("a spend that goes to somebody else", "lot_payee", spend.replace(ORG, STRANGER))
    refused("a spend without its part", "lot_spent_part", spend)
    refused("a part without its payment done", "part_paid", spend + part(PAY, 1, LOT, 2, 100, "NULL", 100, 100))
    refused("paid by who asked", "paid_other", spend + part(PAY, 1, LOT, 2, 100, "NULL", 100, 100) + paid(PAY, 1, 100, OFFICER))
    refused("paid less than was asked", "paid_parts", move(LOT, 2, "spend", 60, (100, 0, 100, 0), (100, 60, 40, 0), payment=PAY) +
            part(PAY, 1, LOT, 2, 60, "NULL", 60, 100) + paid(PAY, 1, 100))
    refused("a part that is not its move", "part_move", spend + part(PAY, 1, LOT, 2, 99, "NULL", 99, 100))
    refused("a sum that is not the sum", "part_adds_up", spend + part(PAY, 1, LOT, 2, 100, "NULL", 90, 100))
    refused("out of a lot that is for something else", "part_earmark", move(LOT2, 2, "spend", 50, (50, 0, 50, 0), (50, 50, 0, 0), payment=PAY) +
            part(PAY, 1, LOT2, 2, 50, "NULL", 50, 100, earmark=LINE))
    refused("an earmark left out", "part_lot_line", move(LOT2, 2, "spend", 50, (50, 0, 50, 0), (50, 50, 0, 0), payment=PAY) +
            part(PAY, 1, LOT2, 2, 50, "NULL", 50, 100))
    passes("the honest payment", spend + part(PAY, 1, LOT, 2, 100, "NULL", 100, 100) + paid(PAY, 1, 100))
    refused("paid twice", "paid_pk", paid(PAY, 1, 100))
    refused("spent twice", "lot_step", move(LOT, 3, "spend", 100, (100, 100, 0, 0), (100, 100, 0, 0), payment=PAY))
    refused("more than the payment", "part_not_more", move(LOT2, 2, "spend", 50, (50, 0, 50, 0), (50, 50, 0, 0), payment=PAY) +
            part(PAY, 2, LOT2, 2, 50, "100", 150, 100))
    the_end()


def the_end():
    completion = "INSERT INTO supervision.completion VALUES (%d, '%s', %%d, 'r', 100, %s, '%s');" % (STREET, P, AT, OFFICER)
    passes("a second milestone", milestone(MS2, 2))
    refused("completed with one milestone open", "completion_accepted", completion % 2)
    refused("a rubric before completion", "rubric_completed",
            "INSERT INTO supervision.rubric (street, project, n, point, ambassador, results, money, punctual, benefit, marks, given_at) "
            "VALUES (%d, '%s', 1, 'site', '%s', 5, 5, 5, 5, 20, %s);" % (STREET, P, A1, AT))
    passes("accepted and completed", accept_sign(MS2, 1, A1) + accept_sign(MS2, 2, A3) + acceptance(2, MS2) + completion % 2)
    rubric = ("INSERT INTO supervision.rubric (street, project, n, point, ambassador, results, money, punctual, benefit, b_marks, marks, given_at) "
              "VALUES (%d, '%s', %%d, 'site', '%%s', 5, 5, 4, 4, %%s, %%d, %s);" % (STREET, P, AT))
    refused("marks that are not the sum", "rubric_adds_up", rubric % (1, A1, "NULL", 19))
    refused("judged by a stranger", "rubric_who", rubric % (1, STRANGER, "NULL", 18))
    passes("two rubrics and a ballot", rubric % (1, A1, "NULL", 18) + rubric % (2, A2, "18", 36) +
           "INSERT INTO supervision.ballot VALUES (%d, '%s', 10, 44, true, %s);" % (STREET, P, AT))
    close = "INSERT INTO supervision.appraisal VALUES (%d, '%s', 1, %%d, %%d, 10, 44, true, %%d, '%%s', %s, '%s');" % (STREET, P, AT, OFFICER)
    refused("a score by hand", "appraisal_score", close % (2, 36, 95, "excellent"))
    refused("a result by hand", "appraisal_result", close % (2, 36, 89, "excellent"))
    refused("a rubric left out", "appraisal_ambassadors", close % (1, 18, 89, "good"))
    passes("the honest judgement", close % (2, 36, 89, "good"))
    for table in ("lot", "lot_move", "payment", "signature", "payable", "payment_part", "paid", "gift", "acceptance", "appraisal", "outbox", "gate"):
        for verb in ("UPDATE supervision.%s SET street = street;", "DELETE FROM supervision.%s;", "TRUNCATE supervision.%s;"):
            statement = (verb % table).replace("street", "need" if table == "gate" else "street")
            refused(statement.lower(), "42501", statement)
    refused("a rule taken away", "42501", "ALTER TABLE supervision.lot_move DROP CONSTRAINT lot_step;")
    refused("triggers and keys switched off", "42501", "SET LOCAL session_replication_role = 'replica';")


if not PG:
    print("1..0 # SKIP XQ_PG names no database")
    sys.exit(0)
here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
migrate = os.path.join(os.environ.get("XQ_BUILD", os.path.join(here, "build/debug")), "test/migrate")
if os.path.exists(migrate):
    subprocess.run([migrate, PG, os.path.join(here, "schemas/sql")], check=True, stdout=subprocess.DEVNULL)
story()
print("1..%d" % count)
sys.exit(1 if failed else 0)
