/* bench/bench_explain.c - what explanations cost: health while a network trains and afterwards, Shapley values,
 * integrated gradients and Jacobians, permutation importance. */
#include "explain_case.h"

int main(int argc, char **argv)
{
    bench_options options = bench_parse(argc, argv,
                                        "Times explanations: health while training, attributions, importances. --data: "
                                        "IDX images for the health of a fit.");
    json_t *cases = json_array();
    explain_health_cases(&options, cases);
    explain_attribution_cases(&options, cases);
    explain_column_cases(&options, cases);
    return bench_finish(&options, "bench_explain", cases);
}
