#include "report/abtest/abtest_parts.h"

word chance_word(double p)
{
    return p < 0.00005 ? (word){"&lt; 0.0001"} : real_word(p, 4);
}

void add_key(text *t, const char *figure, const char *name, const char *words)
{
    text_add(t,
             "<div class=\"key\"><div class=\"figure\">%s</div><div class=\"name\">%s</div>"
             "<p>%s</p></div>\n",
             figure, name, words);
}

void add_named_row(text *t, const char *name, const char *figure)
{
    text_add(t, "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td></tr>\n", name, figure);
}
