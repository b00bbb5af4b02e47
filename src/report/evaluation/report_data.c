/* What was read, what was set aside, and what was known when. */
#include "report/markup.h"
#include "report/evaluation/report_parts.h"

static void add_row(text *t, const char *name, const char *figure)
{
    text_add(t, "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td></tr>\n", name, figure);
}

static void add_counted(text *t, const char *name, uint64_t n)
{
    add_row(t, name, count_word(n).s);
}

static double share_of(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static void add_read(text *t, const report *r)
{
    const aisle_dataset_summary *s = r->in->data;
    markup_table_begin(t, "What was read");
    text_add(t, "<tbody>\n");
    text_add(t, "<tr><th scope=\"row\">Receipts</th><td class=\"n\">%s to %s</td></tr>\n",
             day_word(s->first_day).s, day_word(s->last_day).s);
    text_add(t, "<tr><th scope=\"row\">Weeks</th><td class=\"n\">%d to %d</td></tr>\n",
             s->first_week, s->last_week);
    add_counted(t, "Households", s->households);
    add_counted(t, "Products", s->items);
    add_counted(t, "Baskets", s->baskets);
    if (s->stores)
        add_counted(t, "Stores", s->stores);
    add_counted(t, "Lines read", s->lines_read);
    add_counted(t, "Lines used", s->lines);
    if (s->value > 0)
        add_row(t, "Sales, in the currency of the receipts",
                count_word((uint64_t)(s->value + 0.5)).s);
    if (s->promotions.read)
        add_row(t, "Lines bought on a promotion", percent_word(s->promotions.lines).s);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
}

static void add_set_aside(text *t, const report *r)
{
    const aisle_dataset_summary *s = r->in->data;
    uint64_t all = 0;
    for (int i = 0; i < AISLE_REASON_COUNT; i++)
        all += s->set_aside[i];
    text_add(t, "<h3>What was set aside</h3>\n");
    if (all == 0) {
        text_add(t, "<p>No line was set aside.</p>\n");
        return;
    }
    text_add(t, "<p>%s of %s lines (%s) were left out or added to another, by these rules:</p>\n",
             count_word(all).s, count_word(s->lines_read).s,
             percent_word(share_of(all, s->lines_read)).s);
    markup_table_begin(t, "Lines set aside, by reason");
    markup_heading_row(t, (const char *[]){"Reason", "Lines", "Share"}, 3);
    text_add(t, "<tbody>\n");
    for (int i = 0; i < AISLE_REASON_COUNT; i++) {
        if (s->set_aside[i] == 0)
            continue;
        text_add(t, "<tr><th scope=\"row\">");
        markup_text(t, aisle_reason_name((aisle_reason)i));
        text_add(t, "</th>");
        markup_cell(t, count_word(s->set_aside[i]).s);
        markup_cell(t, percent_word(share_of(s->set_aside[i], s->lines_read)).s);
        text_add(t, "</tr>\n");
    }
    text_add(t, "</tbody>\n");
    markup_table_end(t);
    if (s->returns)
        text_add(t, "<p>%s lines are returns; they cancelled %s purchases wholly.</p>\n",
                 count_word(s->returns).s, count_word(s->cancelled).s);
}

static void add_judged(text *t, const report *r)
{
    const aisle_evaluation_counts *c = &r->e->counts;
    text_add(t,
             "<h3>What is judged on</h3>\n<p>%s households bought something that counts in the "
             "test window, %s of them without any earlier receipt. They bought %s different pairs "
             "of household and product, <strong>%s</strong> of which the household had bought "
             "before, and %s anybody had. Of %s products bought, %s had ever been sold before; "
             "what is new to the shop no list can hold.</p>\n",
             count_word(c->households).s, count_word(c->without_history).s, count_word(c->pairs).s,
             percent_word(share_of(c->pairs_bought_before, c->pairs)).s,
             percent_word(share_of(c->pairs_sold_before, c->pairs)).s, count_word(c->items).s,
             percent_word(share_of(c->items_sold_before, c->items)).s);
    text_add(t, "<p>%s products may be recommended.", count_word(c->catalogue).s);
    if (c->candidates)
        text_add(t, " Level 1 collects %s candidates a household from them.",
                 real_word(share_of(c->candidates, c->households), 1).s);
    text_add(t, " Households that bought nothing in the window are not counted: no list can be "
                "right or wrong for them.</p>\n");
}

void report_data(text *t, const void *of)
{
    const report *r = of;
    add_read(t, r);
    add_set_aside(t, r);
    add_judged(t, r);
}

static void add_split_row(text *t, const char *what, const aisle_window *w)
{
    text_add(t, "<tr><th scope=\"row\">%s</th>", what);
    markup_cell(t, day_word(w->as_of - 1).s);
    markup_cell(t, day_word(w->from).s);
    markup_cell(t, day_word(w->to - 1).s);
    text_add(t, "</tr>\n");
}

static void add_partial_week(text *t, const aisle_split *s)
{
    const aisle_partial_week *p = &s->partial_week;
    if (p->days == 0)
        return;
    text_add(t,
             "<p>Week %d has receipts on %u day%s (%s to %s), a usual one on %u: the receipts do "
             "not fill it.%s</p>\n",
             p->week, p->days, p->days == 1 ? "" : "s", day_word(p->from).s, day_word(p->to).s,
             p->usual, s->partial_left_out ? " What is judged ends before it." : "");
}

void report_split(text *t, const void *of)
{
    const report *r = of;
    const aisle_split *s = &r->e->split;
    text_add(t,
             "<p>A model may know only what was known on the day before. The lists that are judged "
             "were made with receipts up to %s; what level 2 learned, it learned from %zu earlier "
             "window%s, each with what was known before it.</p>\n",
             day_word(s->test.as_of - 1).s, s->n_labels, s->n_labels == 1 ? "" : "s");
    markup_chart(t, "split",
                 "Each row: the receipts that were known (grey), and the days whose purchases were "
                 "foreseen (in colour), to learn from or to be judged by.");
    markup_table_begin(t, "Windows of time");
    markup_heading_row(t, (const char *[]){"Window", "Known to the end of", "Purchases from", "to"},
                       4);
    text_add(t, "<tbody>\n");
    for (size_t i = 0; i < s->n_labels; i++)
        add_split_row(t, "To learn from", &s->labels[i]);
    add_split_row(t, "Judged on", &s->test);
    text_add(t, "</tbody>\n");
    markup_table_end(t);
    add_partial_week(t, s);
    if (r->e->counts.training_rows)
        text_add(t,
                 "<p>Level 2 learned from %s candidates of %s households and windows, %s of which "
                 "were bought, as %s trees.</p>\n",
                 count_word(r->e->counts.training_rows).s,
                 count_word(r->e->counts.training_groups).s,
                 count_word(r->e->counts.training_positives).s, count_word(r->e->counts.trees).s);
    text_add(t, "<p>The catalogue of products is that of before %s.</p>\n",
             day_word(s->catalogue_as_of).s);
}
