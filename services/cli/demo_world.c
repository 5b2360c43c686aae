/* The demo's invented world. Everything follows from the seed; the sums do not: they are what the source reports. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "demo.h"

const char *const community_names[COMMUNITIES] = {"映月社区",   "清波里社区", "梧桐苑社区", "春晓社区",
                                                  "江畔社区",   "云栖里社区", "长堤社区",   "候潮社区",
                                                  "百合园社区", "新塘里社区", "金鹭社区"};
const char *const channels[10] = {"visit", "letter",  "call",  "sms",          "wechat",
                                  "weibo", "website", "forum", "consultation", "survey"};

int64_t community_households(int i)
{
    static const int64_t households[COMMUNITIES] = {5210, 4870, 6120, 3980, 5560, 4410, 6730, 5090, 4300, 5880, 3850};
    return households[i];
}

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014) */
uint64_t demo_random(struct demo *d, uint64_t n)
{
    assert(n > 0);
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % n;
}

struct wish {
    const char *category, *title, *kind, *unit, *what;
};
static const struct wish wishes[] = {
    {"convenience", "便民早餐点", "rooms", "间", "临街的小房间"},
    {"convenience", "快递与雨伞驿站", "pieces", "把", "共享雨伞"},
    {"convenience", "社区维修小屋", "hours", "小时", "电工与木工师傅的义务工时"},
    {"convenience", "自行车打气与充电角", "pieces", "个", "打气筒与充电插座"},
    {"safety", "楼道扶手与应急灯", "pieces", "盏", "应急照明灯"},
    {"safety", "电瓶车充电棚", "pieces", "个", "灭火器"},
    {"safety", "高空坠物探头", "skills", "人次", "弱电施工指导"},
    {"safety", "独居老人烟感报警", "pieces", "个", "烟雾报警器"},
    {"sanitation", "垃圾分类亭改造", "hours", "小时", "分类督导志愿工时"},
    {"sanitation", "小广告清洗", "hours", "小时", "清洗志愿工时"},
    {"sanitation", "公厕无障碍改造", "skills", "人次", "无障碍设计咨询"},
    {"fitness", "口袋健身角", "pieces", "件", "健身器材"},
    {"fitness", "百姓夜跑环线", "hours", "小时", "领跑教练工时"},
    {"fitness", "乒乓球台与遮雨棚", "pieces", "张", "乒乓球台"},
    {"care", "助老食堂送餐", "hours", "小时", "送餐志愿工时"},
    {"care", "残障家庭无障碍坡道", "skills", "人次", "坡道设计"},
    {"care", "失独家庭心灵驿站", "rooms", "间", "活动用房"},
    {"culture", "四点半课堂", "hours", "小时", "辅导老师工时"},
    {"culture", "邻里书屋", "pieces", "册", "图书"},
    {"culture", "老街口述史", "skills", "人次", "采访与摄影"},
    {"environment", "屋顶小菜园", "pieces", "箱", "种植箱"},
    {"environment", "河岸补绿", "pieces", "株", "苗木"},
    {"environment", "楼前花坛认养", "hours", "小时", "园艺志愿工时"},
};

char *demo_opinion(struct demo *d, const struct project *p, char out[600])
{
    static const char *const says[] = {
        "我们%s一直想要%s，住户商量过好几回，就是缺钱缺人。", "%s的老人多，大家都盼着%s早点办起来。",
        "能不能在%s做一个%s？走几步就能用上，比什么都实在。", "去年就提过，%s需要%s，今年还是没有动静，请给个答复。",
        "%s这边孩子放学、老人买菜都不方便，建议办%s。",       "听说别的街道有，我们%s也应该有%s。",
    };
    const char *say = says[demo_random(d, COUNT(says))];
    const char *at = strstr(say, "%s"), *second = strstr(at + 2, "%s");
    snprintf(out, 600, "%.*s%s%.*s%s%s", (int)(at - say), say, community_names[p->community], (int)(second - at - 2),
             at + 2, strchr(p->title, ' ') ? strchr(p->title, ' ') + 1 : p->title, second + 2);
    return out;
}

static void project_invent(struct demo *d, struct project *p, int round, int n)
{
    const struct wish *w = &wishes[demo_random(d, COUNT(wishes))];
    *p = (struct project){
        .category = w->category, .kind = w->kind, .unit = w->unit, .what = w->what, .round = round, .n = n};
    p->community = (int)demo_random(d, COMMUNITIES);
    snprintf(p->title, sizeof p->title, "%s %s", community_names[p->community], w->title);
    p->kind_sponsor = -1;
    if (demo_random(d, 3) == 0)
        p->in_kind = 4 + (int64_t)demo_random(d, 37);
}

/* How much the project needs, and who will pay which part: one to three sponsors, the last takes the rest. */
static void project_fund(struct demo *d, struct project *p, int64_t spent)
{
    p->spent_fen = spent;
    p->back_fen = demo_random(d, 4) == 0 ? 100 * (int64_t)(1 + demo_random(d, 5000)) : 0;
    p->need_fen = p->spent_fen + p->back_fen;
    p->n_sponsors = 1 + (int)demo_random(d, 3);
    int64_t left = p->need_fen;
    int first = (int)demo_random(d, SPONSORS);
    for (int i = 0; i < p->n_sponsors; i++) {
        p->sponsors[i] = (first + 7 * i) % SPONSORS;
        p->part[i] = i == p->n_sponsors - 1 ? left : left / 3 / 100 * 100;
        left -= p->part[i];
    }
    p->executor = (int)demo_random(d, ORGANISATIONS);
    if (p->in_kind)
        p->kind_sponsor = (first + 3) % SPONSORS;
}

/* Splits `total` over the n projects that will be done: whole yuan by weight, what is left to the last. */
static void split(struct demo *d, struct project **done, size_t n, int64_t total)
{
    int64_t weight[APPRAISED], sum = 0, given = 0;
    for (size_t i = 0; i < n; i++)
        sum += weight[i] = 20 + (int64_t)demo_random(d, 180);
    for (size_t i = 0; i < n; i++) {
        int64_t fen = i == n - 1 ? total - given : total / sum * weight[i] / 100 * 100;
        given += fen;
        project_fund(d, done[i], fen);
    }
}

static void fates(struct demo *d, struct project *p, size_t n, size_t listed, size_t done)
{
    size_t order[PROPOSALS];
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (size_t i = n - 1; i > 0; i--) { /* Fisher and Yates */
        size_t j = demo_random(d, i + 1), was = order[i];
        order[i] = order[j];
        order[j] = was;
    }
    for (size_t i = 0; i < n; i++)
        p[order[i]].fate = i < done ? FATE_DONE : i < listed ? FATE_UNTAKEN : i % 2 ? FATE_RETURNED : FATE_REJECTED;
}

void demo_plan(struct demo *d)
{
    struct project *done[APPRAISED];
    size_t n = 0, first = 58 + demo_random(d, 9), quota[ROUNDS] = {first, APPRAISED - first};
    for (int r = 0; r < ROUNDS; r++) {
        for (int i = 0; i < PROPOSALS; i++)
            project_invent(d, &d->plan_a[r][i], 2013 + r, i + 1);
        fates(d, d->plan_a[r], PROPOSALS, 101 + demo_random(d, 12), quota[r]);
        for (int i = 0; i < PROPOSALS; i++) {
            struct project *p = &d->plan_a[r][i];
            if (p->fate == FATE_DONE)
                done[n++] = p;
            else
                p->need_fen = 100 * (int64_t)(8000 + demo_random(d, 60000));
        }
    }
    split(d, done, n, SPENT_FEN);
    for (int i = 0; i < B_PROPOSALS;
         i++) { /* the second street: the district's fair brings more than two million yuan */
        struct project *p = &d->plan_b[i];
        project_invent(d, p, 2014, i + 1);
        p->fate = i < B_PROPOSALS - 4 ? FATE_DONE : FATE_UNTAKEN;
        if (p->fate == FATE_DONE)
            project_fund(d, p, 100 * (int64_t)(102000 + demo_random(d, 20000)));
        else
            p->need_fen = 5000000;
    }
}

void demo_sponsor_name(int i, const char **kind, char out[64])
{
    static const char *const kinds[] = {"company", "shop", "institution", "resident", "government"};
    static const char *const tail[] = {"实业有限公司", "便利店", "研究院", "热心居民", "联席办公室"};
    static const char *const head[] = {"云上", "禾木", "潮起", "青砖", "望野", "知微", "百川", "星桥"};
    int k = i % 8 < 3 ? 0 : i % 8 < 5 ? 1 : i % 8 == 5 ? 2 : i % 8 == 6 ? 3 : 4;
    *kind = kinds[k];
    snprintf(out, 64, "%s%s%s", head[i / 8],
             (const char *const[]){"东", "南", "西", "北", "中", "和", "安", "平"}[i % 8], tail[k]);
}

void demo_organisation_name(int i, char out[64])
{
    static const char *const head[] = {"暖邻", "同舟", "拾光", "小橘灯", "益行"};
    static const char *const tail[] = {"社区服务中心", "助老服务社", "公益发展中心", "志愿者协会", "环保促进会"};
    snprintf(out, 64, "%s%s", head[i / 5], tail[i % 5]);
}
