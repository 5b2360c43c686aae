#include "lot_rules.h"

bool lots_choose(const struct lot_held *lots, size_t n, struct id line, int64_t fen, int64_t *take, size_t *order,
                 size_t *n_order)
{
    int64_t left = fen;
    *n_order = 0;
    for (size_t i = 0; i < n; i++)
        take[i] = 0;
    for (int earmarked = 1; earmarked >= 0; earmarked--) {
        for (size_t i = 0; i < n && left > 0; i++) {
            bool mine = earmarked ? !id_is_nil(lots[i].line) && id_eq(lots[i].line, line) : id_is_nil(lots[i].line);
            if (!mine || lots[i].held <= 0)
                continue;
            take[i] = lots[i].held < left ? lots[i].held : left;
            left -= take[i];
            order[(*n_order)++] = i;
        }
    }
    return fen > 0 && left == 0;
}
