/* explain/attribution/methods.c - the table of methods of attribution. */
#include "explain/attribution/attribution.h"
#include "network/code_inputs.h"
#include "network/ensemble.h"

static const gml_attribution_row methods[] = {
    {
        .entry = {.name = "gradient",
                  .summary = "the derivative of the output by each input (saliency)",
                  .formula = "a[j] = df/dx[j]",
                  .derivative = "",
                  .pitfall = "In the unit of the output per unit of the input: compare inputs of different units by "
                             "gradient_x_input. Is 0 where the network is saturated.",
                  .source = "Simonyan, Vedaldi and Zisserman, Deep Inside Convolutional Networks, 2013"},
        .differentiates = true,
        .ignores_base = true,
        .derives = true,
        .rows = gml_gradient_rows,
        .run = gml_gradient_run,
    },
    {
        .entry = {.name = "gradient_x_input",
                  .summary = "the derivative times the change of the input from the baseline",
                  .formula = "a[j] = df/dx[j] (x[j] - base[j])",
                  .derivative = "",
                  .pitfall = "A linear approximation at the sample: the report's error is what it misses.",
                  .source = "Shrikumar et al., Not Just a Black Box, 2016"},
        .differentiates = true,
        .rows = gml_gradient_rows,
        .run = gml_gradient_input_run,
    },
    {
        .entry = {.name = "smooth_gradient",
                  .summary = "the mean of the gradients of noisy copies of the sample (SmoothGrad)",
                  .formula = "a[j] = mean of df/dx[j] at x + noise",
                  .derivative = "",
                  .pitfall = "deviation is in the unit of the scaled inputs: for standardised data 1 is one standard "
                             "deviation of the input.",
                  .source = "Smilkov et al., SmoothGrad: removing noise by adding noise, 2017",
                  .parameters = {{"samples", 64, 1, 100000, "noisy copies"},
                                 {"deviation", 0.15, 0, 1e6, "standard deviation of the noise"},
                                 {"seed", 0, 0, 4294967295.0, "of the noise"}},
                  .parameter_count = 3},
        .differentiates = true,
        .ignores_base = true,
        .derives = true,
        .rows = gml_gradient_rows,
        .prepare = gml_smooth_gradient_prepare,
        .run = gml_smooth_gradient_run,
    },
    {
        .entry = {.name = "integrated_gradients",
                  .summary = "the integral of the gradients on the straight path from the baseline to the sample",
                  .formula = "a[j] = (x[j] - base[j]) integral from 0 to 1 of df/dx[j] at base + t (x - base) dt",
                  .derivative = "",
                  .pitfall = "The sum is f(x) - f(base) up to the error of the quadrature, which the report has: use "
                             "more steps if it is large. Through step activations the gradients are estimates. Not "
                             "defined for embeddings of categories.",
                  .source = "Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, 2017; quadrature: "
                            "trapezoids whose weights meet the changes of f (src/explain/README.md)",
                  .parameters = {{"steps", 64, 2, 100000, "points of the path, with both ends"}},
                  .parameter_count = 1},
        .differentiates = true,
        .rows = gml_gradient_rows,
        .prepare = gml_integrated_prepare,
        .finish = gml_integrated_finish,
        .run = gml_integrated_run,
    },
    {
        .entry = {.name = "relevance",
                  .summary = "layer-wise relevance propagation by the epsilon rule",
                  .formula = "R[i] = sum over k of x[i] w[i][k] R[k] / (z[k] + epsilon sign(z[k])), from the output "
                             "down, layer by layer",
                  .derivative = "",
                  .pitfall = "Activations pass relevance on unchanged. Not defined for layernorm, rmsnorm, gates and "
                             "softmax. Biases and epsilon absorb relevance, which the report has.",
                  .source = "Bach et al., On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise "
                            "Relevance Propagation, 2015",
                  .parameters = {{"epsilon", 1e-6, 0, 1e6, "added to the magnitude of each sum z"}},
                  .parameter_count = 1},
        .differentiates = true,
        .ignores_base = true,
        .rows = gml_gradient_rows,
        .prepare = gml_relevance_prepare,
        .finish = gml_relevance_finish,
        .run = gml_relevance_run,
    },
    {
        .entry = {.name = "occlusion",
                  .summary = "the change of the output if one input is replaced by its baseline",
                  .formula = "a[j] = f(x) - f(x with x[j] = base[j])",
                  .derivative = "",
                  .pitfall = "Two inputs that carry the same information hide each other: each alone changes little.",
                  .source = "Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2013"},
        .takes_columns = true,
        .rows = gml_occlusion_rows,
        .run = gml_occlusion_run,
    },
    {
        .entry = {.name = "shapley",
                  .summary = "exact Shapley values, for up to 12 inputs that differ from the baseline",
                  .formula = "a[j] = sum over coalitions S without j of |S|! (p - |S| - 1)! / p! (v(S + j) - v(S)), "
                             "v(S) = mean over the rows of the baseline of f with the inputs of S from x",
                  .derivative = "",
                  .pitfall = "Evaluates 2^p coalitions for each row of the baseline.",
                  .source = "Shapley, A Value for n-Person Games, 1953; Lundberg and Lee, A Unified Approach to "
                            "Interpreting Model Predictions, 2017"},
        .averages_base = true,
        .takes_columns = true,
        .rows = gml_shapley_rows,
        .prepare = gml_shapley_prepare,
        .finish = gml_shapley_finish,
        .run = gml_shapley_run,
    },
    {
        .entry = {.name = "kernel_shap",
                  .summary = "Shapley values estimated by weighted least squares over coalitions (KernelSHAP)",
                  .formula = "minimise sum over coalitions S of w(S) (v(S) - v(none) - sum of a[j], j in S)^2 with sum "
                             "of a = v(all) - v(none), w(S) = (p - 1) / (C(p, |S|) |S| (p - |S|))",
                  .derivative = "",
                  .pitfall =
                      "Exact if all 2^p - 2 coalitions fit in the number given; else an estimate that depends on "
                      "the seed. Needs more coalitions than inputs.",
                  .source = "Lundberg and Lee, A Unified Approach to Interpreting Model Predictions, 2017; paired "
                            "sampling: Covert and Lee, Improving KernelSHAP, 2021",
                  .parameters = {{"coalitions", 2048, 2, 1000000, "coalitions of inputs that are evaluated"},
                                 {"seed", 0, 0, 4294967295.0, "of the draw of coalitions"}},
                  .parameter_count = 2},
        .averages_base = true,
        .takes_columns = true,
        .rows = gml_kernel_shap_rows,
        .prepare = gml_kernel_shap_prepare,
        .finish = gml_kernel_shap_finish,
        .run = gml_kernel_shap_run,
    },
};

const gml_entry *gml_attribution_entry(size_t index)
{
    return index < sizeof methods / sizeof methods[0] ? &methods[index].entry : NULL;
}

static bool reads_codes(const gml_network *network)
{
    bool found = gml_network_code_inputs(network).columns > 0;
    for (size_t i = 0; network->ensemble != NULL && i < network->ensemble->count; i++) {
        found = found || reads_codes(network->ensemble->members[i]);
    }
    return found;
}

const char *gml_attribution_default(const gml_network *network)
{
    return network == NULL ? NULL : reads_codes(network) ? "occlusion" : "integrated_gradients";
}
