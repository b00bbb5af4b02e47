/* Households as examples: what they bought, what was recommended and why, what came of it. */
#include "report/markup.h"
#include "report/evaluation/report_parts.h"

/* That an evaluation tells of; fewer are told where the others are not known to the model. */
enum { BOUGHT_MOST = 20 };

static void add_name(text *t, const aisle_example_item *i)
{
    text_add(t, "<span class=\"product\">");
    markup_text(t, i->name && i->name[0] ? i->name : i->item);
    text_add(t, "</span>");
    if (i->name && i->name[0]) {
        text_add(t, " <span class=\"id\">");
        markup_text(t, i->item);
        text_add(t, "</span>");
    }
}

static void add_mark(text *t, bool shown, const char *words)
{
    if (shown)
        text_add(t, " <span class=\"hit\">✓ %s</span>", words);
}

/* How many of the first n come before this one: more often bought, or as often and told earlier. */
static size_t place_of(const aisle_example_item *items, size_t n, size_t one)
{
    size_t place = 0;
    for (size_t i = 0; i < n; i++)
        place +=
            items[i].times > items[one].times || (items[i].times == items[one].times && i < one);
    return place;
}

/* The most often bought first. */
static void add_before(text *t, const aisle_example *x)
{
    text_add(t, "<div><h4>Bought before</h4><ol>\n");
    for (size_t place = 0; place < x->n_before; place++) {
        size_t i = 0;
        while (place_of(x->before, x->n_before, i) != place)
            i++;
        text_add(t, "<li>");
        add_name(t, &x->before[i]);
        text_add(t, " <span class=\"times\">%s&times;</span></li>\n",
                 real_word(x->before[i].times, 0).s);
    }
    text_add(t, "</ol>%s</div>\n", x->n_before ? "" : "<p>Nothing: it was not known.</p>");
}

static void add_list(text *t, const aisle_example *x)
{
    text_add(t, "<div><h4>Recommended</h4><ol>\n");
    for (size_t i = 0; i < x->n_list; i++) {
        const aisle_example_item *item = &x->list[i];
        text_add(t, "<li%s>", item->bought ? " class=\"bought\"" : "");
        add_name(t, item);
        add_mark(t, item->bought, "bought");
        if (item->why) {
            text_add(t, "<br><span class=\"why\">");
            markup_text(t, item->why);
            text_add(t, "</span>");
        }
        text_add(t, "</li>\n");
    }
    text_add(t, "</ol></div>\n");
}

static void add_bought(text *t, const aisle_example *x)
{
    text_add(t, "<div><h4>Bought then</h4><ul>\n");
    for (size_t i = 0; i < x->n_bought; i++) {
        const aisle_example_item *item = &x->bought[i];
        text_add(t, "<li%s>", item->recommended ? " class=\"bought\"" : "");
        add_name(t, item);
        add_mark(t, item->recommended, "recommended");
        text_add(t, "</li>\n");
    }
    text_add(t, "</ul>");
    if (x->bought_in_all > x->n_bought)
        text_add(t, "<p>and %s more%s</p>", count_word(x->bought_in_all - x->n_bought).s,
                 x->n_bought < BOUGHT_MOST ? ", new to the shop" : "");
    text_add(t, "</div>\n");
}

static void add_example(text *t, const aisle_example *x)
{
    size_t hits = 0;
    for (size_t i = 0; i < x->n_list; i++)
        hits += x->list[i].bought;
    text_add(t, "<article class=\"household\"><h3>Household ");
    markup_text(t, x->user);
    text_add(t,
             "</h3>\n<p>%s baskets before; %zu of %zu recommended products bought, of %s that "
             "it bought in all.</p>\n<div class=\"columns\">\n",
             count_word(x->baskets).s, hits, x->n_list, count_word(x->bought_in_all).s);
    add_before(t, x);
    add_list(t, x);
    add_bought(t, x);
    text_add(t, "</div></article>\n");
}

void report_examples(text *t, const void *of)
{
    const report *r = of;
    if (r->e->n_examples == 0) {
        text_add(t, "<p class=\"note\">None were asked for (<code>evaluate.examples</code>), or "
                    "there is no level 2 to give them.</p>\n");
        return;
    }
    text_add(t,
             "<p>What stands behind the figures: what was known of a household, its list with "
             "the main reason of each product, and what it bought in the %d days after. ",
             r->days);
    if (r->e->n_examples > 1)
        text_add(t,
                 "The households were drawn at random, one from each of %zu equal parts: from "
                 "those whom the lists served worst to those whom they served best. ",
                 r->e->n_examples);
    text_add(t, "Of what was bought before, products on the list and those bought in most baskets "
                "are shown.</p>\n");
    for (size_t i = 0; i < r->e->n_examples; i++)
        add_example(t, &r->e->examples[i]);
}
