/* loss/loss.c - the table of losses. The functions themselves are kernels of the same names. */
#include "loss/loss.h"

#include "gemmule/loss.h"

static const gml_loss_row rows[] = {
    {
        .entry = {.name = "mean_squared_error",
                  .summary = "for values: the mean of squared differences",
                  .formula = "L = sum of (y - t)^2 / (n k), over n samples and k outputs",
                  .derivative = "dL/dy = 2 (y - t) / (n k)",
                  .pitfall = "The mean is over samples and outputs; some texts halve it or divide by n alone, which "
                             "changes what a learning rate means. Outliers count by their square.",
                  .source = "Goodfellow, Bengio and Courville, Deep Learning, 2016, section 5.1.4"},
        .mean_over_outputs = true,
    },
    {
        .entry = {.name = "softmax_cross_entropy",
                  .summary = "for one class of several: the surprise at the right class, on logits",
                  .formula = "L = sum of (lse(z) sum(t) - sum over j of t_j z_j) / n, over n samples; lse(z) = m + "
                             "log(sum of exp(z_j - m)), m = max z; a class number is a t of one 1",
                  .derivative = "dL/dz_j = (p_j sum(t) - t_j) / n, p = softmax(z)",
                  .pitfall =
                      "Takes logits, not probabilities: the softmax is part of it. The mean is over samples, not "
                      "outputs.",
                  .source = "Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs, 1990"},
        .link = "softmax",
        .class_numbers = true,
    },
    {
        .entry = {.name = "binary_cross_entropy",
                  .summary = "for yes or no at each output: the surprise at the truth, on logits",
                  .formula = "L = sum of (max(z, 0) - z t + log(1 + exp(-|z|))) / (n k), over n samples and k outputs",
                  .derivative = "dL/dz = (sigmoid(z) - t) / (n k)",
                  .pitfall = "Takes logits, not probabilities: the sigmoid is part of it. Targets lie in [0, 1].",
                  .source = "Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.2"},
        .link = "sigmoid",
        .mean_over_outputs = true,
    },
};

const gml_loss_row *gml_loss_row_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

const gml_entry *gml_loss_entry(size_t index)
{
    const gml_loss_row *row = gml_loss_row_at(index);
    return row != NULL ? &row->entry : NULL;
}
