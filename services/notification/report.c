/* The report is a fold of all events: sums, and facts by id that are joined when they are read, so that no order of
 * streams matters. Each event also becomes a line of the public timeline. */
#include <stdio.h>
#include <string.h>

#include "base/region.h"
#include "base/text.h"
#include "fold.h"
#include "report.sql.h"
#include "timeline.sql.h"

/* --- the timeline --- */

static int told(struct call *c, const char *type, struct id project, struct id ref, int64_t fen, const char *detail,
                struct err *e)
{
    return db_put(c->db, SQL_TIMELINE_ADD, AFFECTED_1, e,
                  ARGS(arg_int4(c->street), arg_text(c->event_service), arg_int(c->event_street), arg_int(c->event_seq),
                       arg_int(0), arg_time(c->now), arg_text(type), arg_id(project), arg_id(ref),
                       arg_int_or_null(fen >= 0, fen), arg_text(detail)));
}

/* --- counting --- */

struct counts {
    const char *what[8], *value[8];
    int64_t n[8];
    size_t size;
};

static void count(struct counts *k, const char *what, const char *value, int64_t n)
{
    k->what[k->size] = what;
    k->value[k->size] = value;
    k->n[k->size++] = n;
}

static int counts_put(struct call *c, const struct counts *k, struct err *e)
{
    return db_put(
        c->db, SQL_REPORT_ADD, AFFECTED_ANY, e,
        ARGS(arg_int4(c->street), arg_texts(k->what, k->size), arg_texts(k->value, k->size), arg_ints(k->n, k->size)));
}

static const char *community_of(struct call *c, const char *region)
{
    return strlen(region) >= 12 ? arena_copy(c->arena, region, 12) : "unknown";
}

int opinion_count(struct call *c, const struct opinion_received *in, struct err *e)
{
    char day[11];
    struct counts k = {.size = 0};
    when_date(in->received_at, day);
    count(&k, "opinion", "", 1);
    count(&k, "channel", in->channel, 1);
    count(&k, "category", in->category ? in->category : "unknown", 1);
    count(&k, "month", arena_copy(c->arena, day, 7), 1);
    count(&k, "community", community_of(c, in->region), 1);
    count(&k, "source_likes", "", in->source_likes);
    return counts_put(c, &k, e);
}

/* Whole days from the opinion to its answer, counted in Asia/Shanghai as 24 hours each. */
int opinion_answer_count(struct call *c, const struct opinion_answered *in, struct err *e)
{
    int64_t days = in->answered_at > in->received_at ? (in->answered_at - in->received_at) / DAY : 0;
    struct counts k = {.size = 0};
    count(&k, "answer", "", 1);
    count(&k, "days", arena_printf(c->arena, "%lld", (long long)days), 1);
    return counts_put(c, &k, e);
}

int opinion_move(struct call *c, const struct opinion_classified *in, struct err *e)
{
    struct counts k = {.size = 0};
    const char *from = community_of(c, in->old_region), *to = community_of(c, in->region);
    if (strcmp(in->old_category, in->category) != 0) {
        count(&k, "category", in->old_category, -1);
        count(&k, "category", in->category, 1);
    }
    if (strcmp(from, to) != 0) {
        count(&k, "community", from, -1);
        count(&k, "community", to, 1);
    }
    return k.size ? counts_put(c, &k, e) : 0;
}

int campaign_note(struct call *c, const struct campaign_counted *in, struct err *e)
{
    return db_put(c->db, SQL_REPORT_CAMPAIGN_PUT, AFFECTED_1, e,
                  ARGS(arg_int4(c->street), arg_id(in->campaign), arg_text(in->community), arg_int(in->round),
                       arg_int(in->sent), arg_int(in->returned)));
}

/* --- projects --- */

int proposal_name(struct call *c, const struct proposal_drafted *in, struct err *e)
{
    return db_put(
        c->db, SQL_REPORT_PROJECT_NAMED, AFFECTED_1, e,
        ARGS(arg_int4(c->street), arg_id(in->id), arg_text(in->number), arg_int(in->round), arg_text(in->title)));
}

int proposal_show(struct call *c, const struct proposal_published *in, struct err *e)
{
    if (db_put(c->db, SQL_REPORT_PROJECT_PUBLISHED, AFFECTED_1, e, ARGS(arg_int4(c->street), arg_id(in->id))) < 0)
        return -1;
    return told(c, "proposal.published", in->id, ID_NIL, -1, NULL, e);
}

static int verdict(struct call *c, struct id project, const char *word, const char *type, const char *reason,
                   struct err *e)
{
    if (db_put(c->db, SQL_REPORT_PROJECT_VERDICT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(project), arg_text(word))) < 0)
        return -1;
    return told(c, type, project, ID_NIL, -1, reason, e);
}

int project_pass_note(struct call *c, const struct project_passed *in, struct err *e)
{
    return verdict(c, in->id, "passed", "project.passed", NULL, e);
}

int project_return_note(struct call *c, const struct project_returned *in, struct err *e)
{
    return verdict(c, in->id, "returned", "project.returned", in->reason, e);
}

int project_reject_note(struct call *c, const struct project_rejected *in, struct err *e)
{
    return verdict(c, in->id, "rejected", "project.rejected", in->reason, e);
}

int notice_open_note(struct call *c, const struct notice_opened *in, struct err *e)
{
    return told(c, "notice.opened", ID_NIL, in->notice, -1, in->kind, e);
}

int notice_close_note(struct call *c, const struct notice_closed *in, struct err *e)
{
    return told(c, "notice.closed", ID_NIL, in->notice, -1, in->kind, e);
}

int heat_note(struct call *c, const struct heat_changed *in, struct err *e)
{
    return db_put(c->db, SQL_REPORT_PROJECT_HEAT, AFFECTED_1, e,
                  ARGS(arg_int4(c->street), arg_id(in->project), arg_int(in->heat)));
}

int project_list_note(struct call *c, const struct project_listed *in, struct err *e)
{
    if (db_put(c->db, SQL_REPORT_PROJECT_LISTED, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_int(in->rank))) < 0 ||
        db_put(c->db, SQL_REPORT_PROJECT_HEAT, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_int(in->heat))) < 0)
        return -1;
    return told(c, "project.listed", in->project, ID_NIL, -1, NULL, e);
}

int ballot_note(struct call *c, const struct ballot_closed *in, struct err *e)
{
    if (db_put(c->db, SQL_REPORT_PROJECT_BALLOTS, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_int(in->ballots), arg_int(in->score_sum))) < 0)
        return -1;
    return told(c, "ballot.closed", in->project, ID_NIL, -1, NULL, e);
}

/* --- the fair --- */

/* A district's fair is heard in every street; only those that take part keep it. */
static bool concerns(const struct call *c, const char *organiser, const char *const *streets, size_t n)
{
    char here[REGION_MAX];
    region_of_street(c->street, here);
    for (size_t i = 0; i < n; i++)
        if (strcmp(streets[i], here) == 0)
            return true;
    return strcmp(organiser, here) == 0;
}

int fair_open_note(struct call *c, const struct fair_opened *in, struct err *e)
{
    if (!concerns(c, in->organiser, in->streets, in->n_streets))
        return 0;
    if (db_put(c->db, SQL_REPORT_FAIR_OPEN, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->fair), arg_text(in->name), arg_text(in->organiser),
                    arg_int(in->round))) < 0)
        return -1;
    return told(c, "fair.opened", ID_NIL, in->fair, -1, in->name, e);
}

int fair_close_note(struct call *c, const struct fair_closed *in, struct err *e)
{
    if (!concerns(c, in->organiser, in->streets, in->n_streets))
        return 0;
    if (db_put(c->db, SQL_REPORT_FAIR_CLOSE, AFFECTED_1, e, ARGS(arg_int4(c->street), arg_id(in->fair))) < 0)
        return -1;
    return told(c, "fair.closed", ID_NIL, in->fair, -1, NULL, e);
}

int claim_note(struct call *c, const struct claim_made *in, struct err *e)
{
    if (db_put(c->db, SQL_REPORT_CLAIM_MADE, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->claim), arg_id(in->project), arg_id(in->fair), arg_text(in->kind),
                    arg_int(in->amount))) < 0)
        return -1;
    return told(c, "claim.made", in->project, in->claim, strcmp(in->kind, "money") == 0 ? in->amount : -1, NULL, e);
}

int claim_confirm_note(struct call *c, const struct claim_confirmed *in, struct err *e)
{
    return db_put(c->db, SQL_REPORT_CLAIM_STATE, AFFECTED_1, e,
                  ARGS(arg_int4(c->street), arg_id(in->claim), arg_text("confirmed")));
}

int claim_expire_note(struct call *c, const struct claim_expired *in, struct err *e)
{
    if (db_put(c->db, SQL_REPORT_CLAIM_STATE, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->claim), arg_text("expired"))) < 0)
        return -1;
    return told(c, "claim.expired", in->project, in->claim, -1, in->reason, e);
}

int agreement_note(struct call *c, const struct agreement_signed *in, struct err *e)
{
    if (db_put(c->db, SQL_REPORT_PROJECT_AGREED, AFFECTED_1, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    return told(c, "agreement.signed", in->project, in->agreement, -1, NULL, e);
}

int unclaimed_note(struct call *c, const struct project_unclaimed *in, struct err *e)
{
    if (db_put(c->db, SQL_REPORT_PROJECT_UNCLAIMED, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_text(in->next))) < 0)
        return -1;
    return told(c, "project.unclaimed", in->project, ID_NIL, -1, in->next, e);
}

/* --- money and works --- */

static int money(struct call *c, struct id project, const char *kind, const char *organiser, int64_t received,
                 int64_t spent, int64_t returned, struct err *e)
{
    return db_put(c->db, SQL_REPORT_MONEY_ADD, AFFECTED_1, e,
                  ARGS(arg_int4(c->street), arg_id(project), arg_text(kind), arg_text(organiser), arg_int(received),
                       arg_int(spent), arg_int(returned)));
}

int lot_note(struct call *c, const struct lot_received *in, struct err *e)
{
    if (money(c, in->project, in->source_kind, in->organiser, in->fen, 0, 0, e) < 0)
        return -1;
    return told(c, "lot.received", in->project, in->lot, in->fen, in->source_kind, e);
}

int lot_return_note(struct call *c, const struct lot_returned *in, struct err *e)
{
    if (money(c, in->project, in->source_kind, in->organiser, 0, 0, in->fen, e) < 0)
        return -1;
    return told(c, "lot.returned", in->project, in->lot, in->fen, in->source_kind, e);
}

int payment_note(struct call *c, const struct payment_paid *in, struct err *e)
{
    for (size_t i = 0; i < in->n_parts; i++)
        if (money(c, in->project, in->parts[i].source_kind, in->parts[i].organiser, 0, in->parts[i].fen, 0, e) < 0)
            return -1;
    return told(c, "payment.paid", in->project, in->payment, in->fen, NULL, e);
}

int gift_note(struct call *c, const struct gift_received *in, struct err *e)
{
    if (db_put(c->db, SQL_REPORT_GIFT_ADD, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_text(in->source_kind), arg_text(in->organiser), arg_text(in->kind),
                    arg_text(in->unit), arg_int(in->amount))) < 0)
        return -1;
    return told(c, "gift.received", in->project, in->gift, -1, in->kind, e);
}

int draw_note(struct call *c, const struct ambassador_drawn *in, struct err *e)
{
    return told(c, "ambassador.drawn", in->project, ID_NIL, -1, in->seed, e);
}

int milestone_note(struct call *c, const struct milestone_signed *in, struct err *e)
{
    return told(c, "milestone.signed", in->project, in->milestone, -1, NULL, e);
}

int bulletin_note(struct call *c, const struct bulletin_published *in, struct err *e)
{
    return told(c, "bulletin.published", in->project, in->bulletin, -1, NULL, e);
}

int correction_note(struct call *c, const struct correction_order_made *in, struct err *e)
{
    return told(c, "correction_order.made", in->project, in->order, -1, NULL, e);
}

int completion_note(struct call *c, const struct project_completed *in, struct err *e)
{
    if (db_put(c->db, SQL_REPORT_PROJECT_COMPLETED, AFFECTED_1, e, ARGS(arg_int4(c->street), arg_id(in->project))) < 0)
        return -1;
    return told(c, "project.completed", in->project, ID_NIL, in->spent_fen, NULL, e);
}

int appraisal_note(struct call *c, const struct project_appraised *in, struct err *e)
{
    if (db_put(c->db, SQL_REPORT_PROJECT_APPRAISED, AFFECTED_1, e,
               ARGS(arg_int4(c->street), arg_id(in->project), arg_int(in->score), arg_text(in->result))) < 0)
        return -1;
    return told(c, "project.appraised", in->project, ID_NIL, -1, in->result, e);
}

int report_get(struct call *c, const struct report_get *in, struct err *e)
{
    AUTO_ROWS r = {0};
    if (db_one(c->db, SQL_REPORT_GET, &r, e, ARGS(arg_int4(c->street), arg_text(in->street))) < 0)
        return -1;
    return answer_rows(c, &r, "item");
}
