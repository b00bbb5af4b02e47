/* cli/output/ablation_out.h: what ablate found, as text and as JSON. reading: seconds it took to
 * read the data. */
#ifndef CLI_OUTPUT_ABLATION_OUT_H
#define CLI_OUTPUT_ABLATION_OUT_H

#include <aisle/ablate.h>
#include <jansson.h>

/* On standard output. */
void print_ablation(const aisle_ablation *a);

json_t *ablation_json(const aisle_ablation *a, double reading);

#endif
