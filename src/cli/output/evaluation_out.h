/* cli/output/evaluation_out.h: what evaluate found, as text and as JSON. reading: seconds it took
 * to read the data. */
#ifndef CLI_OUTPUT_EVALUATION_OUT_H
#define CLI_OUTPUT_EVALUATION_OUT_H

#include <aisle/evaluate.h>
#include <jansson.h>

/* On standard output. */
void print_score(const aisle_evaluation *e);
void print_evaluation(const aisle_evaluation *e, double reading);

json_t *score_json(const aisle_evaluation *e);
json_t *evaluation_json(const aisle_evaluation *e, double reading);

#endif
