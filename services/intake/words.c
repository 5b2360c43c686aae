/* Free text: stored in one table that personal data can be erased from, with its masked view where that differs. */
#include <string.h>

#include "base/text.h"
#include "intake.h"
#include "words.sql.h"

void words_room(struct words *w, struct arena *a, size_t most)
{
    *w = (struct words){.about = arena_alloc(a, most, sizeof *w->about),
                        .part = arena_alloc(a, most, sizeof *w->part),
                        .author = arena_alloc(a, most, sizeof *w->author),
                        .subject = arena_alloc(a, most, sizeof *w->subject),
                        .body = arena_alloc(a, most, sizeof *w->body)};
}

void words_add(struct words *w, struct id about, int64_t part, const char *author, const char *subject,
               const char *body)
{
    size_t i = w->n++;
    w->about[i] = about;
    w->part[i] = part;
    w->author[i] = author;
    w->subject[i] = subject ? subject : "";
    w->body[i] = body;
}

static const char *masked_if_other(struct arena *a, const char *s)
{
    const char *m = text_mask(a, s);
    return strcmp(m, s) == 0 ? NULL : m;
}

int words_store(struct db *db, struct arena *a, int street, const struct words *w, struct err *e)
{
    if (w->n == 0)
        return 0;
    const char **subject = arena_alloc(a, w->n, sizeof *subject), **body = arena_alloc(a, w->n, sizeof *body);
    for (size_t i = 0; i < w->n; i++) {
        subject[i] = masked_if_other(a, w->subject[i]);
        body[i] = masked_if_other(a, w->body[i]);
    }
    return db_put(db, SQL_WORDS_INSERT, AFFECTED_ANY, e,
                  ARGS(arg_int4(street), arg_ids(w->about, w->n), arg_ints(w->part, w->n), arg_texts(w->author, w->n),
                       arg_texts(w->subject, w->n), arg_texts(w->body, w->n), arg_texts(subject, w->n),
                       arg_texts(body, w->n)));
}
