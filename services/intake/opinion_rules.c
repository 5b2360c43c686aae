#include "opinion_rules.h"

#include <stddef.h>
#include <string.h>

#include "base/region.h"
#include "base/text.h"
#include "base/when.h"

#define TEXT_MOST 10000

bool text_blank(const char *s)
{
    for (; *s; s++) {
        if (strncmp(s, "\xe3\x80\x80", 3) == 0)
            s += 2;
        else if (*s != ' ' && (*s < '\t' || *s > '\r'))
            return false;
    }
    return true;
}

enum row_fault opinion_row_fault(const struct row_facts *f, int64_t now)
{
    if (text_blank(f->text))
        return ROW_EMPTY;
    if (utf8_count(f->text, strlen(f->text)) > TEXT_MOST)
        return ROW_LONG;
    if (f->received_at > now)
        return ROW_FUTURE;
    bool answered = f->answer && !text_blank(f->answer);
    if (answered != (f->answered_at != TIME_NONE))
        return ROW_ANSWER_TIME;
    if (answered && f->answered_at < f->received_at)
        return ROW_ANSWER_EARLY;
    if (answered && f->answered_at > now)
        return ROW_ANSWER_FUTURE;
    return ROW_GOOD;
}

const char *row_fault_text(enum row_fault f)
{
    static const char *const text[] = {"",
                                       "text: empty",
                                       "text: longer than 10000 characters",
                                       "received_at: lies in the future",
                                       "answered_at: an answer and its time belong together",
                                       "answered_at: before received_at",
                                       "answered_at: lies in the future"};
    return text[f];
}

const char *row_fault_text_zh(enum row_fault f)
{
    static const char *const text[] = {"",
                                       "text：为空",
                                       "text：超过10000字",
                                       "received_at：晚于当前时间",
                                       "answered_at：答复与答复时间须同时给出",
                                       "answered_at：早于 received_at",
                                       "answered_at：晚于当前时间"};
    return text[f];
}

bool opinion_may_classify(const char *old_region, const char *new_region, const char *role_region)
{
    return region_inside(new_region, role_region) &&
           (region_inside(old_region, role_region) || region_inside(role_region, old_region));
}
