/* measure/metric.c - the table of metrics. */
#include "measure/metric.h"

#include <math.h>
#include <stdarg.h>

#include "base/text.h"

/* ---- words ---- */

static const char *word_of(const char *const *words, size_t count, size_t index)
{
    return index < count ? words[index] : NULL;
}

static const char *fraction_average(size_t index)
{
    static const char *const words[] = {[GML_AVERAGE_MACRO] = "macro",
                                        [GML_AVERAGE_WEIGHTED] = "weighted",
                                        [GML_AVERAGE_MICRO] = "micro",
                                        [GML_AVERAGE_CLASS] = "class"};
    return word_of(words, sizeof words / sizeof words[0], index);
}

static const char *area_average(size_t index)
{
    return index <= GML_AVERAGE_WEIGHTED ? fraction_average(index) : NULL;
}

static const char *multi_word(size_t index)
{
    static const char *const words[] = {[GML_MULTI_OVR] = "ovr", [GML_MULTI_OVO] = "ovo"};
    return word_of(words, sizeof words / sizeof words[0], index);
}

static const char *outputs_word(size_t index)
{
    static const char *const words[] = {[GML_OUTPUTS_UNIFORM] = "uniform", [GML_OUTPUTS_POOLED] = "pooled"};
    return word_of(words, sizeof words / sizeof words[0], index);
}

#define AVERAGE                                                                                                        \
    {                                                                                                                  \
        "average", GML_AVERAGE_MACRO, 0, GML_AVERAGE_CLASS,                                                            \
            "macro: mean over the classes that occur; weighted: by the weights of their samples; micro: of all "       \
            "samples together; class: of one class",                                                                   \
            fraction_average                                                                                           \
    }
#define CLASS                                                                                                          \
    {                                                                                                                  \
        "class", 1, 0, GML_MAX_CLASS, "number of the class, from 0; used with average=class", NULL                     \
    }
#define AREA_AVERAGE                                                                                                   \
    {                                                                                                                  \
        "average", GML_AVERAGE_MACRO, 0, GML_AVERAGE_WEIGHTED,                                                         \
            "macro: mean over the classes that occur; weighted: by the weights of their samples", area_average         \
    }
#define OUTPUTS(pooled)                                                                                                \
    {                                                                                                                  \
        "outputs", GML_OUTPUTS_UNIFORM, 0, GML_OUTPUTS_POOLED, "uniform: mean over the targets; pooled: " pooled,      \
            outputs_word                                                                                               \
    }

enum { GML_MAX_CLASS = (1 << 24) - 1, GML_MAX_BINS = 10000 };

/* ---- the rows ---- */

static const gml_metric_row rows[] = {
    {.entry = {.name = "accuracy",
               .summary = "the fraction of samples whose class is predicted",
               .formula = "sum of w [p = t] / sum of w",
               .derivative = "",
               .pitfall = "With a rare class, always predicting the others scores high: see balanced_accuracy.",
               .source = "scikit-learn, accuracy_score"},
     .task = GML_TASK_CLASSIFICATION,
     .higher_is_better = true,
     .accumulator = &gml_margins_accumulator,
     .finish = gml_finish_accuracy},
    {.entry = {.name = "balanced_accuracy",
               .summary = "the mean recall of the classes: a rare class counts as much as a frequent one",
               .formula = "mean over classes c of sum of w [p = t = c] / sum of w [t = c]",
               .derivative = "",
               .pitfall = "Classes without samples are left out. A few samples of a rare class decide much.",
               .source = "scikit-learn, balanced_accuracy_score; Brodersen et al., The Balanced Accuracy and Its "
                         "Posterior Distribution, 2010"},
     .task = GML_TASK_CLASSIFICATION,
     .higher_is_better = true,
     .accumulator = &gml_margins_accumulator,
     .finish = gml_finish_balanced_accuracy},
    {.entry =
         {.name = "top_k",
          .summary = "the fraction of samples whose class is among the k with the greatest scores",
          .formula = "sum of w [t among the k greatest scores] / sum of w",
          .derivative = "",
          .pitfall =
              "Of equal scores the class with the greater number comes first; of two classes, class 0. It is 1 from k "
              "= classes on.",
          .source = "scikit-learn, top_k_accuracy_score",
          .parameters = {{"k", 2, 1, GML_MAX_CLASS, "number of classes that may be named", NULL}},
          .parameter_count = 1},
     .task = GML_TASK_CLASSIFICATION,
     .higher_is_better = true,
     .accumulator = &gml_top_accumulator,
     .finish = gml_finish_top_k},
    {.entry = {.name = "precision",
               .summary = "the fraction of the samples predicted as a class that belong to it",
               .formula = "sum of w [p = t = c] / sum of w [p = c]",
               .derivative = "",
               .pitfall = "In averages a class that occurs and is never predicted counts as 0; alone it has no value.",
               .source = "scikit-learn, precision_score; van Rijsbergen, Information Retrieval, 1979",
               .parameters = {AVERAGE, CLASS},
               .parameter_count = 2},
     .task = GML_TASK_CLASSIFICATION,
     .higher_is_better = true,
     .accumulator = &gml_margins_accumulator,
     .finish = gml_finish_precision},
    {.entry = {.name = "recall",
               .summary = "the fraction of the samples of a class that are predicted as it",
               .formula = "sum of w [p = t = c] / sum of w [t = c]",
               .derivative = "",
               .pitfall =
                   "In averages a class that is predicted and has no samples counts as 0; alone it has no value.",
               .source = "scikit-learn, recall_score; van Rijsbergen, Information Retrieval, 1979",
               .parameters = {AVERAGE, CLASS},
               .parameter_count = 2},
     .task = GML_TASK_CLASSIFICATION,
     .higher_is_better = true,
     .accumulator = &gml_margins_accumulator,
     .finish = gml_finish_recall},
    {.entry = {.name = "f1",
               .summary = "the harmonic mean of precision and recall",
               .formula = "2 sum of w [p = t = c] / (sum of w [p = c] + sum of w [t = c])",
               .derivative = "",
               .pitfall = "The macro average is the mean of the classes' values, not the F1 of mean precision and "
                          "recall. Right predictions of other classes do not count.",
               .source = "scikit-learn, f1_score; van Rijsbergen, Information Retrieval, 1979",
               .parameters = {AVERAGE, CLASS},
               .parameter_count = 2},
     .task = GML_TASK_CLASSIFICATION,
     .higher_is_better = true,
     .accumulator = &gml_margins_accumulator,
     .finish = gml_finish_f1},
    {.entry = {.name = "roc_auc",
               .summary = "the area under the ROC curve: how well scores order the classes",
               .formula = "probability that a sample of the class has a greater score than another, ties count half; "
                          "ovr: each class against all others; ovo: each pair of classes, by the scores of both",
               .derivative = "",
               .pitfall = "Keeps the scores of all samples. Of two classes it is that of class 1; of several, classes "
                          "without samples are left out.",
               .source = "scikit-learn, roc_auc_score; ovo: Hand and Till, A Simple Generalisation of the Area Under "
                         "the ROC Curve for Multiple Class Classification Problems, 2001",
               .parameters = {{"multi", GML_MULTI_OVR, 0, GML_MULTI_OVO,
                               "of three and more classes: ovr, one against the rest; ovo, one against one",
                               multi_word},
                              AREA_AVERAGE},
               .parameter_count = 2},
     .task = GML_TASK_CLASSIFICATION,
     .higher_is_better = true,
     .accumulator = &gml_scores_accumulator,
     .finish = gml_finish_roc_auc},
    {.entry = {.name = "pr_auc",
               .summary = "the average precision: the area under the precision-recall curve, for rare classes",
               .formula = "sum over distinct scores, descending, of (R_i - R_(i-1)) P_i, with precision P and recall R "
                          "of the samples from that score up",
               .derivative = "",
               .pitfall = "Keeps the scores of all samples. Steps, without linear interpolation, which is too "
                          "optimistic. Of two classes it is that of class 1; of several, each against the rest.",
               .source = "scikit-learn, average_precision_score; Davis and Goadrich, The Relationship Between "
                         "Precision-Recall and ROC Curves, 2006",
               .parameters = {AREA_AVERAGE},
               .parameter_count = 1},
     .task = GML_TASK_CLASSIFICATION,
     .higher_is_better = true,
     .accumulator = &gml_scores_accumulator,
     .finish = gml_finish_pr_auc},
    {.entry = {.name = "log_loss",
               .summary = "the cross-entropy of the predicted probabilities",
               .formula = "-sum of w log(p_t) / sum of w, p cut to [e, 1 - e] and divided by its sum, e the resolution "
                          "of the type of the predictions",
               .derivative = "",
               .pitfall = "A wrong prediction with probability 1 counts as log(e): 36 in double and 16 in float.",
               .source = "scikit-learn, log_loss; Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3"},
     .task = GML_TASK_CLASSIFICATION,
     .needs_probability = true,
     .accumulator = &gml_chances_accumulator,
     .finish = gml_finish_log_loss},
    {.entry = {.name = "brier",
               .summary = "the mean squared error of the predicted probabilities",
               .formula = "sum of w sum over classes of (p_c - [t = c])^2 / sum of w; half of it for two classes",
               .derivative = "",
               .pitfall = "Of two classes it is the squared error of one of them, from 0 to 1; of several, from 0 to "
                          "2.",
               .source = "scikit-learn, brier_score_loss; Brier, Verification of Forecasts Expressed in Terms of "
                         "Probability, 1950"},
     .task = GML_TASK_CLASSIFICATION,
     .needs_probability = true,
     .accumulator = &gml_chances_accumulator,
     .finish = gml_finish_brier},
    {.entry = {.name = "ece",
               .summary = "the expected calibration error: how far the probability of the predicted class is from the "
                          "fraction of right predictions",
               .formula = "sum over intervals of |sum of w [p = t] - sum of w p_max| / sum of w; intervals (i/bins, "
                          "(i+1)/bins] of p_max",
               .derivative = "",
               .pitfall = "Depends on the number of intervals, and is too large for few samples. A prediction of the "
                          "class frequencies for all samples is calibrated.",
               .source = "Guo et al., On Calibration of Modern Neural Networks, 2017",
               .parameters = {{"bins", 15, 1, GML_MAX_BINS, "number of intervals of equal width", NULL}},
               .parameter_count = 1},
     .task = GML_TASK_CLASSIFICATION,
     .needs_probability = true,
     .accumulator = &gml_bins_accumulator,
     .finish = gml_finish_ece},
    {.entry = {.name = "cohen_kappa",
               .summary = "agreement of predicted and true classes beyond chance",
               .formula = "(a - e) / (1 - e): a the accuracy, e that of a random prediction with the same frequencies",
               .derivative = "",
               .pitfall = "Depends on the frequencies of the classes: compare it only on the same data.",
               .source = "scikit-learn, cohen_kappa_score; Cohen, A Coefficient of Agreement for Nominal Scales, 1960"},
     .task = GML_TASK_CLASSIFICATION,
     .higher_is_better = true,
     .accumulator = &gml_margins_accumulator,
     .finish = gml_finish_cohen_kappa},
    {.entry = {.name = "matthews",
               .summary = "the correlation of predicted and true classes",
               .formula = "(n r - sum of a_c p_c) / sqrt(sum of p_c (n - p_c) * sum of a_c (n - a_c)): n, r, a, p the "
                          "weights of all and of right samples, and of classes, actual and predicted",
               .derivative = "",
               .pitfall = "0 by convention if all samples belong to one class or are predicted as one.",
               .source = "scikit-learn, matthews_corrcoef; Gorodkin, Comparing Two K-Category Assignments by a "
                         "K-Category Correlation Coefficient, 2004"},
     .task = GML_TASK_CLASSIFICATION,
     .higher_is_better = true,
     .accumulator = &gml_margins_accumulator,
     .finish = gml_finish_matthews},
    {.entry = {.name = "mse",
               .summary = "the mean squared error",
               .formula = "sum of w (t - y)^2 / sum of w",
               .derivative = "",
               .pitfall = "In the squared unit of the targets. Outliers count by their square.",
               .source = "scikit-learn, mean_squared_error"},
     .task = GML_TASK_REGRESSION,
     .accumulator = &gml_errors_accumulator,
     .finish = gml_finish_mse},
    {.entry = {.name = "rmse",
               .summary = "the root of the mean squared error",
               .formula = "sqrt(sum of w (t - y)^2 / sum of w)",
               .derivative = "",
               .pitfall = "Of several targets it is the mean of their roots; pooled, the root of the mean.",
               .source = "scikit-learn, mean_squared_error with squared=False",
               .parameters = {OUTPUTS("root of the mean over all targets")},
               .parameter_count = 1},
     .task = GML_TASK_REGRESSION,
     .accumulator = &gml_errors_accumulator,
     .finish = gml_finish_rmse},
    {.entry = {.name = "mae",
               .summary = "the mean absolute error",
               .formula = "sum of w |t - y| / sum of w",
               .derivative = "",
               .pitfall = "The best constant prediction is the median, not the mean.",
               .source = "scikit-learn, mean_absolute_error"},
     .task = GML_TASK_REGRESSION,
     .accumulator = &gml_errors_accumulator,
     .finish = gml_finish_mae},
    {.entry = {.name = "median_ae",
               .summary = "the median of the absolute errors: outliers do not count",
               .formula = "median of |t - y|; weighted: the least error at which the sum of w reaches half of all",
               .derivative = "",
               .pitfall = "Keeps the errors of all samples. Without weights it is the mean of the two middle errors of "
                          "an even number; with weights, also equal ones, the lesser.",
               .source = "scikit-learn, median_absolute_error"},
     .task = GML_TASK_REGRESSION,
     .accumulator = &gml_absolute_accumulator,
     .finish = gml_finish_median_ae},
    {.entry = {.name = "r2",
               .summary = "the coefficient of determination: the part of the targets' variance that is predicted",
               .formula = "1 - sum of w (t - y)^2 / sum of w (t - mean)^2",
               .derivative = "",
               .pitfall = "Below 0 for predictions worse than the mean. Of constant targets it is 1 if all are "
                          "predicted exactly, else 0, by convention.",
               .source = "scikit-learn, r2_score",
               .parameters = {OUTPUTS("weighted by their variances")},
               .parameter_count = 1},
     .task = GML_TASK_REGRESSION,
     .higher_is_better = true,
     .accumulator = &gml_errors_accumulator,
     .finish = gml_finish_r2},
    {.entry = {.name = "mape",
               .summary = "the mean relative error",
               .formula = "sum of w |t - y| / max(|t|, 2^-52) / sum of w",
               .derivative = "",
               .pitfall = "A fraction, not per cent. Huge if a target is 0.",
               .source = "scikit-learn, mean_absolute_percentage_error"},
     .task = GML_TASK_REGRESSION,
     .accumulator = &gml_errors_accumulator,
     .finish = gml_finish_mape},
    {.entry = {.name = "explained_variance",
               .summary = "r2 for errors without their mean: a constant offset does not count",
               .formula = "1 - variance of (t - y) / variance of t",
               .derivative = "",
               .pitfall = "Of constant targets it is 1 if the errors are constant, else 0, by convention; so it is 1 "
                          "for a single sample.",
               .source = "scikit-learn, explained_variance_score",
               .parameters = {OUTPUTS("weighted by their variances")},
               .parameter_count = 1},
     .task = GML_TASK_REGRESSION,
     .higher_is_better = true,
     .accumulator = &gml_errors_accumulator,
     .finish = gml_finish_explained_variance},
    {.entry = {.name = "pinball",
               .summary = "the loss of a predicted quantile",
               .formula = "sum of w max(q (t - y), (q - 1) (t - y)) / sum of w, q the quantile",
               .derivative = "",
               .pitfall = "With quantile=0.5 it is half of mae.",
               .source = "scikit-learn, mean_pinball_loss; Koenker and Bassett, Regression Quantiles, 1978",
               .parameters = {{"quantile", 0.5, GML_ABOVE_0, GML_BELOW_1,
                               "the fraction of targets below the prediction", NULL}},
               .parameter_count = 1},
     .task = GML_TASK_REGRESSION,
     .accumulator = &gml_pinball_accumulator,
     .finish = gml_finish_terms},
    {.entry = {.name = "poisson_deviance",
               .summary = "for counts: the mean Poisson deviance",
               .formula = "sum of w 2 (t log(t / y) - t + y) / sum of w, 0 log 0 = 0",
               .derivative = "",
               .pitfall = "Predictions must be above 0, and targets at least 0.",
               .source = "scikit-learn, mean_poisson_deviance; McCullagh and Nelder, Generalized Linear Models, 1989"},
     .task = GML_TASK_REGRESSION,
     .accumulator = &gml_poisson_accumulator,
     .finish = gml_finish_terms},
    {.entry = {.name = "gamma_deviance",
               .summary = "for amounts: the mean gamma deviance",
               .formula = "sum of w 2 (log(y / t) + t / y - 1) / sum of w",
               .derivative = "",
               .pitfall = "Predictions and targets must be above 0. Only their ratio counts.",
               .source = "scikit-learn, mean_gamma_deviance; McCullagh and Nelder, Generalized Linear Models, 1989"},
     .task = GML_TASK_REGRESSION,
     .accumulator = &gml_gamma_accumulator,
     .finish = gml_finish_terms},
    {.entry = {.name = "tweedie_deviance",
               .summary = "for amounts that are often 0: the mean Tweedie deviance",
               .formula = "sum of w 2 (t^b / (a b) - t y^a / a + y^b / b) / sum of w, a = 1 - power, b = 2 - power",
               .derivative = "",
               .pitfall = "Power 1 is poisson_deviance, 2 gamma_deviance. Predictions must be above 0; targets at "
                          "least 0, from power 2 on above 0.",
               .source = "scikit-learn, mean_tweedie_deviance; Jorgensen, Exponential Dispersion Models, 1987",
               .parameters = {{"power", 1.5, 1, 3, "exponent p: the variance is proportional to mean^p", NULL}},
               .parameter_count = 1},
     .task = GML_TASK_REGRESSION,
     .accumulator = &gml_tweedie_accumulator,
     .finish = gml_finish_terms},
};

const gml_entry *gml_metric_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}

void gml_metric_undefined(gml_metric_value *value, const char *format, ...)
{
    value->value = NAN;
    va_list arguments;
    va_start(arguments, format);
    gml_text_format(value->reason, sizeof value->reason, format, arguments);
    va_end(arguments);
}
