/* loss/loss.c - the table of losses. Kernels of the same names compute them. */
#include "loss/loss.h"

#include <math.h>
#include <string.h>

/* ---- initial output: the constant with the least loss ---- */

static double log_of_mean(const double *arguments, size_t outputs, double mean)
{
    (void)arguments;
    (void)outputs;
    return log(mean);
}

static double log_of_smoothed(const double *arguments, size_t outputs, double mean)
{
    return log((1 - arguments[0]) * mean + arguments[0] / (double)outputs);
}

static double weighted_logit(const double *arguments, size_t outputs, double mean)
{
    (void)outputs;
    return log(arguments[0] * mean / (1 - mean));
}

static double logit(const double *arguments, size_t outputs, double mean)
{
    (void)arguments;
    (void)outputs;
    return log(mean / (1 - mean));
}

/* ---- the rows ---- */

/* The domains of targets, as text. */
static const char any[] = "any number";
static const char not_negative[] = "numbers from 0 up";
static const char positive[] = "numbers above 0";
static const char unit[] = "numbers from 0 to 1";
static const char binary[] = "0 or 1";
static const char shares[] = "numbers from 0 to 1 that sum to 1 over the row, within 0.02; or class numbers";

static const gml_loss_row rows[] = {
    {.entry = {.name = "mean_squared_error",
               .summary = "for values: the mean of squared differences",
               .formula = "L = sum of (y - t)^2 / (n k), over n samples and k outputs",
               .derivative = "dL/dy = 2 (y - t) / (n k)",
               .range = any,
               .pitfall = "The mean is over samples and outputs; some texts halve it or divide by n alone, which "
                          "scales the gradient and so the learning rate. Outliers count by their square.",
               .source = "Goodfellow, Bengio and Courville, Deep Learning, 2016, section 5.1.4"},
     .mean_over_outputs = true,
     .task = GML_TASK_REGRESSION,
     .finds_mean = true,
     .domain = GML_DOMAIN_ANY},
    {.entry = {.name = "mean_absolute_error",
               .summary = "for values: the mean of absolute differences",
               .formula = "L = sum of |y - t| / (n k), over n samples and k outputs",
               .derivative = "dL/dy = sign(y - t) / (n k), 0 at y = t",
               .range = any,
               .pitfall = "Its gradient does not shrink near the target: convergence needs a decreasing learning rate. "
                          "Its minimum is the median, not the mean.",
               .source = "Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2009, section 10.6"},
     .mean_over_outputs = true,
     .task = GML_TASK_REGRESSION,
     .domain = GML_DOMAIN_ANY},
    {.entry = {.name = "huber",
               .summary = "for values with outliers: squares near the target, absolute differences far from it",
               .formula = "L = sum of h(y - t) / (n k), h(d) = d^2 / 2 if |d| <= delta, else delta (|d| - delta / 2)",
               .derivative = "dL/dy = max(-delta, min(delta, y - t)) / (n k)",
               .range = any,
               .pitfall = "delta is in the unit of the targets, after they are standardised.",
               .source = "Huber, Robust Estimation of a Location Parameter, 1964, as in PyTorch",
               .parameters = {{"delta", 1, GML_ABOVE_0, 1e6, "difference at which the loss becomes linear"}},
               .parameter_count = 1},
     .mean_over_outputs = true,
     .task = GML_TASK_REGRESSION,
     .domain = GML_DOMAIN_ANY},
    {.entry = {.name = "smooth_l1",
               .summary = "huber divided by its delta: slope 1 far from the target",
               .formula = "L = sum of s(y - t) / (n k), s(d) = d^2 / (2 beta) if |d| < beta, else |d| - beta / 2",
               .derivative = "dL/dy = max(-1, min(1, (y - t) / beta)) / (n k)",
               .range = any,
               .pitfall = "Steeper than mean_squared_error near the target where beta is small.",
               .source = "Girshick, Fast R-CNN, 2015; beta as in PyTorch",
               .parameters = {{"beta", 1, GML_ABOVE_0, 1e6, "difference at which the loss becomes linear"}},
               .parameter_count = 1},
     .mean_over_outputs = true,
     .task = GML_TASK_REGRESSION,
     .domain = GML_DOMAIN_ANY},
    {.entry = {.name = "log_cosh",
               .summary = "for values with outliers: like huber, and smooth everywhere",
               .formula = "L = sum of log(cosh(y - t)) / (n k)",
               .derivative = "dL/dy = tanh(y - t) / (n k)",
               .range = any,
               .pitfall =
                   "It changes from quadratic to linear at a difference of about 1: the scale of the targets matters.",
               .source = "Keras, LogCosh"},
     .mean_over_outputs = true,
     .task = GML_TASK_REGRESSION,
     .domain = GML_DOMAIN_ANY},
    {.entry = {.name = "quantile",
               .summary = "for values: the pinball loss, minimised by a quantile",
               .formula = "L = sum of max(q (t - y), (q - 1) (t - y)) / (n k)",
               .derivative = "dL/dy = -q / (n k) if y < t, (1 - q) / (n k) if y > t, 0 at y = t",
               .range = any,
               .pitfall = "Quantiles of two networks may cross. With q = 1/2 it is half of mean_absolute_error.",
               .source = "Koenker and Bassett, Regression Quantiles, 1978",
               .parameters = {{"q", 0.5, GML_ABOVE_0, GML_BELOW_1, "the fraction of targets below the output"}},
               .parameter_count = 1},
     .mean_over_outputs = true,
     .task = GML_TASK_REGRESSION,
     .domain = GML_DOMAIN_ANY},
    {.entry =
         {.name = "poisson",
          .summary = "for counts: the Poisson deviance, on the logarithm of the mean",
          .formula = "L = sum of 2 (t log(t / m) - t + m) / (n k), m = exp(z), 0 log 0 = 0",
          .derivative = "dL/dz = 2 (m - t) / (n k)",
          .range = not_negative,
          .pitfall =
              "Takes z = log m, not the mean: the exponential is part of the loss. Targets are not standardised. Twice "
              "PyTorch's PoissonNLLLoss (m - t z), plus a term of the targets alone that makes it 0 at m = t.",
          .source = "McCullagh and Nelder, Generalized Linear Models, 1989, section 2.3"},
     .link = "exponential",
     .start = log_of_mean,
     .mean_over_outputs = true,
     .task = GML_TASK_REGRESSION,
     .finds_mean = true,
     .domain = GML_DOMAIN_NOT_NEGATIVE},
    {.entry = {.name = "gamma",
               .summary = "for amounts whose spread grows with them: the gamma deviance, on the logarithm of the mean",
               .formula = "L = sum of 2 (t / m - 1 - log(t / m)) / (n k), m = exp(z)",
               .derivative = "dL/dz = 2 (1 - t / m) / (n k)",
               .range = positive,
               .pitfall = "Takes z = log m, not the mean: the exponential is part of the loss. Targets must be above 0 "
                          "and are not standardised. The loss grows exponentially if the predicted mean is too small.",
               .source = "McCullagh and Nelder, Generalized Linear Models, 1989, section 2.3"},
     .link = "exponential",
     .start = log_of_mean,
     .mean_over_outputs = true,
     .task = GML_TASK_REGRESSION,
     .finds_mean = true,
     .domain = GML_DOMAIN_POSITIVE},
    {.entry = {.name = "tweedie",
               .summary = "for amounts that are often 0, as claims are: a deviance between poisson and gamma",
               .formula =
                   "L = sum of 2 (t^b / (a b) - t m^a / a + m^b / b) / (n k), m = exp(z), a = 1 - power, b = 2 - power",
               .derivative = "dL/dz = 2 (m^b - t m^a) / (n k)",
               .range = not_negative,
               .pitfall = "Takes z = log m, not the mean: the exponential is part of the loss. Targets are not "
                          "standardised. For powers near 1 and 2 use poisson and gamma.",
               .source = "Jorgensen, Exponential Dispersion Models, 1987; as scikit-learn's mean_tweedie_deviance",
               .parameters = {{"power", 1.5, 1.01, 1.99, "exponent p: the variance is proportional to mean^p"}},
               .parameter_count = 1},
     .link = "exponential",
     .start = log_of_mean,
     .mean_over_outputs = true,
     .task = GML_TASK_REGRESSION,
     .finds_mean = true,
     .domain = GML_DOMAIN_NOT_NEGATIVE},
    {.entry = {.name = "gaussian_nll",
               .summary = "for values with uncertainty: predicts a mean and the logarithm of a variance for each",
               .formula = "L = sum of (s + (t - m)^2 / exp(s)) / (2 n k), over n samples and k targets; the outputs "
                          "are the k means m, then the k logarithms of variances s; exp(s) below eps counts as eps",
               .derivative = "dL/dm = (m - t) / exp(s) / (n k), dL/ds = (1 - (t - m)^2 / exp(s)) / (2 n k)",
               .range = any,
               .pitfall =
                   "Needs two outputs for each target. Predicted variances are exp(s), without eps, and inaccurate at "
                   "first: a small learning rate or clip_norm helps. The constant log(2 pi) / 2 is omitted.",
               .source = "Nix and Weigend, Estimating the Mean and Variance of the Target Probability Distribution, "
                         "1994; eps as in PyTorch",
               .parameters = {{"eps", 1e-6, GML_ABOVE_0, 1, "lower bound of the variance"}},
               .parameter_count = 1},
     .variances = true,
     .mean_over_outputs = true,
     .task = GML_TASK_REGRESSION,
     .finds_mean = true,
     .domain = GML_DOMAIN_ANY},
    {.entry = {.name = "cosine",
               .summary = "for directions: one minus the cosine between outputs and targets",
               .formula = "L = sum of (1 - y.t / (|y| |t|)) / n, over n samples; 1 where a length is 0",
               .derivative = "dL/dy = (y y.t / |y|^2 - t) / (|y| |t| n), 0 where a length is 0",
               .range = any,
               .pitfall = "Ignores the lengths; with one output only the sign matters.",
               .source = "PyTorch, torch.nn.CosineEmbeddingLoss with y = 1"},
     .domain = GML_DOMAIN_ANY},
    {.entry = {.name = "softmax_cross_entropy",
               .summary = "for one of several classes: negative log-likelihood of the right class, on logits",
               .formula = "L = sum of (lse(z) sum(t) - sum over j of t_j z_j) / n, over n samples; lse(z) = m + "
                          "log(sum of exp(z_j - m)), m = max z; a class number stands for a one-hot t; smoothed: (1 - "
                          "s) t + s / k in place of t, over k classes",
               .derivative = "dL/dz_j = (p_j sum(t) - t_j) / n, p = softmax(z)",
               .range = shares,
               .pitfall = "Takes logits, not probabilities: the softmax is part of the loss. The mean is over samples, "
                          "not outputs.",
               .source = "Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs, 1990; "
                         "smoothing: Szegedy et al., Rethinking the Inception Architecture for Computer Vision, 2016",
               .parameters = {{"smoothing", 0, 0, GML_BELOW_1,
                               "fraction of the target spread evenly over all classes"}},
               .parameter_count = 1},
     .link = "softmax",
     .start = log_of_smoothed,
     .start_by_choice = true,
     .class_numbers = true,
     .task = GML_TASK_CLASSIFICATION,
     .finds_mean = true,
     .domain = GML_DOMAIN_SHARES},
    {.entry = {.name = "kl_divergence",
               .summary =
                   "for class probabilities: divergence of the predicted from the target distribution, on logits",
               .formula = "L = sum of t_j log(t_j / p_j) / n, over n samples; p = softmax(z), 0 log 0 = 0",
               .derivative = "dL/dz_j = (p_j sum(t) - t_j) / n",
               .range = shares,
               .pitfall =
                   "Has the gradient of softmax_cross_entropy; its value is 0 for a perfect prediction. Takes logits.",
               .source = "Kullback and Leibler, On Information and Sufficiency, 1951"},
     .link = "softmax",
     .start = log_of_mean,
     .start_by_choice = true,
     .class_numbers = true,
     .task = GML_TASK_CLASSIFICATION,
     .finds_mean = true,
     .domain = GML_DOMAIN_SHARES},
    {.entry = {.name = "binary_cross_entropy",
               .summary = "for yes or no at each output: negative log-likelihood, on logits",
               .formula = "L = -sum of (w t log(s) + (1 - t) log(1 - s)) / (n k), over n samples and k outputs; s = "
                          "sigmoid(z), w = pos_weight",
               .derivative = "dL/dz = ((1 - t) s - w t (1 - s)) / (n k)",
               .range = unit,
               .pitfall = "Takes logits, not probabilities: the sigmoid is part of the loss. Targets lie in [0, 1].",
               .source =
                   "Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.2; pos_weight as in PyTorch",
               .parameters = {{"pos_weight", 1, GML_ABOVE_0, 1e6, "weight of positive targets"}},
               .parameter_count = 1},
     .link = "sigmoid",
     .start = weighted_logit,
     .start_by_choice = true,
     .mean_over_outputs = true,
     .task = GML_TASK_CLASSIFICATION,
     .finds_mean = true,
     .domain = GML_DOMAIN_UNIT},
    {.entry = {.name = "focal",
               .summary =
                   "for yes or no with a rare class: cross-entropy that gives easy samples little weight, on logits",
               .formula = "L = -sum of (t (1 - s)^gamma log(s) + (1 - t) s^gamma log(1 - s)) / (n k), s = sigmoid(z)",
               .derivative = "dL/dz = ((1 - t) s^gamma (s - gamma (1 - s) log(1 - s)) - t (1 - s)^gamma (1 - s - gamma "
                             "s log(s))) / (n k)",
               .range = unit,
               .pitfall = "Its probabilities are biased towards 1/2. With gamma = 0 it is binary_cross_entropy.",
               .source = "Lin et al., Focal Loss for Dense Object Detection, 2017",
               .parameters = {{"gamma", 2, 0, 1e3, "reduces the weight of easy samples"}},
               .parameter_count = 1},
     .link = "sigmoid",
     .start = logit,
     .start_by_choice = true,
     .mean_over_outputs = true,
     .task = GML_TASK_CLASSIFICATION,
     .domain = GML_DOMAIN_UNIT},
    {.entry = {.name = "hinge",
               .summary = "for yes or no with a margin: no gradient if the score is right by at least 1",
               .formula = "L = sum of max(0, 1 - (2 t - 1) y) / (n k); targets are 0 and 1",
               .derivative = "dL/dy = -(2 t - 1) / (n k) if (2 t - 1) y < 1, else 0",
               .range = binary,
               .pitfall =
                   "Scores are not probabilities: the last layer has no activation, and a score above 0 means yes.",
               .source = "Cortes and Vapnik, Support-Vector Networks, 1995"},
     .mean_over_outputs = true,
     .scores = true,
     .task = GML_TASK_CLASSIFICATION,
     .domain = GML_DOMAIN_BINARY},
    {.entry = {.name = "squared_hinge",
               .summary = "the square of hinge: smooth, with a higher loss for large errors",
               .formula = "L = sum of max(0, 1 - (2 t - 1) y)^2 / (n k); targets are 0 and 1",
               .derivative = "dL/dy = -2 (2 t - 1) max(0, 1 - (2 t - 1) y) / (n k)",
               .range = binary,
               .pitfall =
                   "Scores are not probabilities: the last layer has no activation, and a score above 0 means yes.",
               .source = "Tang, Deep Learning using Linear Support Vector Machines, 2013"},
     .mean_over_outputs = true,
     .scores = true,
     .task = GML_TASK_CLASSIFICATION,
     .domain = GML_DOMAIN_BINARY},
};

const gml_entry *gml_loss_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}

const gml_loss_kernel *gml_loss_kernel_of(const gml_kernels *kernels, const gml_call *call)
{
    const gml_loss_row *row = gml_call_row(call);
    return row->kernels != NULL ? &row->kernels[kernels->dtype] : gml_kernels_loss(kernels, row->entry.name);
}

size_t gml_loss_row_targets(const gml_loss_row *row, size_t outputs)
{
    if (!row->variances) {
        return outputs;
    }
    return outputs % 2 == 0 ? outputs / 2 : 0;
}

/* Returns the row of a name or a call, whose arguments are ignored; null if there is none or `loss` is null. */
static const gml_loss_row *find_row(const char *loss)
{
    size_t length = loss != NULL ? strcspn(loss, "( ") : 0;
    for (size_t i = 0; length > 0 && gml_loss_row_at(i) != NULL; i++) {
        if (strlen(rows[i].entry.name) == length && strncmp(rows[i].entry.name, loss, length) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

size_t gml_loss_targets(const char *loss, size_t outputs)
{
    const gml_loss_row *row = find_row(loss);
    return row != NULL ? gml_loss_row_targets(row, outputs) : 0;
}

gml_loss_facts gml_loss_facts_of(const char *loss)
{
    const gml_loss_row *row = find_row(loss);
    if (row == NULL) {
        return (gml_loss_facts){.class_activation = "softmax"};
    }
    const bool classes = row->task == GML_TASK_CLASSIFICATION;
    return (gml_loss_facts){.task = row->task,
                            .class_activation = classes ? row->link : "softmax",
                            .value_activation = row->class_numbers ? NULL : row->link,
                            .shared_output = classes && !row->class_numbers,
                            .binary_targets = row->domain == GML_DOMAIN_BINARY,
                            .finds_mean = row->finds_mean};
}

const gml_loss_row *gml_loss_linked(const char *activation)
{
    for (size_t i = 0; gml_loss_row_at(i) != NULL; i++) {
        if (rows[i].link != NULL && strcmp(rows[i].link, activation) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}
