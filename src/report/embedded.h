/* report/embedded.h: the files that stand in every page, as embed.sh puts them into the library. */
#ifndef REPORT_EMBEDDED_H
#define REPORT_EMBEDDED_H

/* Each from its first byte to its _end. */
extern const char embedded_css[], embedded_css_end[];
extern const char embedded_chart_tools[], embedded_chart_tools_end[];
extern const char embedded_charts_evaluation[], embedded_charts_evaluation_end[];
extern const char embedded_charts_abtest[], embedded_charts_abtest_end[];
extern const char embedded_draw_charts[], embedded_draw_charts_end[];
extern const char embedded_d3[], embedded_d3_end[];
extern const char embedded_d3_license[], embedded_d3_license_end[];
extern const char embedded_plot[], embedded_plot_end[];
extern const char embedded_plot_license[], embedded_plot_license_end[];

#endif
