/* optimizer/optimizer.c - the table of optimizers. The updates themselves are kernels of the same names. */
#include "optimizer/optimizer.h"

#include "optimizer/scalars.h"

/* Parameters that rows have in common. */
#define LR(rate)                                                                                                       \
    {                                                                                                                  \
        "lr", rate, GML_ABOVE_0, GML_MAX_RATE, "learning rate"                                                         \
    }
#define ADAM(rate)                                                                                                     \
    LR(rate), {"beta1", 0.9, 0, GML_BELOW_1, "share of the mean gradient that is kept"},                               \
        {"beta2", 0.999, 0, GML_BELOW_1, "share of the mean square that is kept"},                                     \
    {                                                                                                                  \
        "eps", 1e-8, 1e-30, 1, "added to the root, so that nothing is divided by 0"                                    \
    }

static const gml_optimizer_row rows[] = {
    {
        .entry = {.name = "sgd",
                  .summary = "stochastic gradient descent",
                  .formula = "w -= lr g",
                  .derivative = "",
                  .pitfall = "One rate for all weights: it needs scaled inputs and a rate that was looked for.",
                  .source = "Robbins and Monro, A Stochastic Approximation Method, 1951",
                  .parameters = {LR(0.01)},
                  .parameter_count = 1},
        .prepare = gml_prepare_sgd,
    },
    {
        .entry = {.name = "momentum",
                  .summary = "gradient descent with a velocity",
                  .formula = "v = momentum v + (1 - dampening) g, at first v = g; w -= lr v",
                  .derivative = "",
                  .pitfall = "The steps are 1 / (1 - momentum) times as long as those of sgd at the same rate.",
                  .source = "Polyak, Some methods of speeding up the convergence of iteration methods, 1964; Sutskever "
                            "et al., On the importance of initialization and momentum in deep learning, 2013",
                  .parameters = {LR(0.01),
                                 {"momentum", 0.9, 0, GML_BELOW_1, "share of the velocity that is kept"},
                                 {"dampening", 0, 0, 1, "share of the gradient that the velocity does not take"}},
                  .parameter_count = 3},
        .states = 1,
        .prepare = gml_prepare_momentum,
    },
    {
        .entry = {.name = "nesterov",
                  .summary = "momentum that looks ahead",
                  .formula = "v = momentum v + g; w -= lr (g + momentum v)",
                  .derivative = "",
                  .pitfall = "The steps are 1 / (1 - momentum) times as long as those of sgd at the same rate.",
                  .source = "Nesterov 1983; this form: Sutskever et al., On the importance of initialization and "
                            "momentum in deep learning, 2013, as PyTorch has it",
                  .parameters = {LR(0.01), {"momentum", 0.9, 0, GML_BELOW_1, "share of the velocity that is kept"}},
                  .parameter_count = 2},
        .states = 1,
        .prepare = gml_prepare_nesterov,
    },
    {
        .entry =
            {.name = "adagrad",
             .summary = "each weight's gradient divided by the root of the sum of its squares",
             .formula = "s += g^2, from initial_sum on; w -= lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps)",
             .derivative = "",
             .pitfall =
                 "The sum only grows, so that steps shrink for good; in long fits it stands still before its time.",
             .source = "Duchi, Hazan and Singer, Adaptive Subgradient Methods for Online Learning and Stochastic "
                       "Optimization, 2011, as PyTorch has it",
             .parameters = {LR(0.01),
                            {"lr_decay", 0, 0, 1e6, "what each step adds to the divisor of lr"},
                            {"eps", 1e-10, 1e-30, 1, "added to the root, so that nothing is divided by 0"},
                            {"initial_sum", 0, 0, 1e6, "where the sum of squares begins"}},
             .parameter_count = 4},
        .states = 1,
        .prepare = gml_prepare_adagrad,
    },
    {
        .entry =
            {.name = "adadelta",
             .summary = "steps as long as the last ones, scaled as the gradient is",
             .formula =
                 "s = rho s + (1 - rho) g^2; d = sqrt(u + eps) / sqrt(s + eps) g; u = rho u + (1 - rho) d^2; w -= lr d",
             .derivative = "",
             .pitfall = "It starts slowly: eps is all that the first steps have. Here eps stands inside of the roots.",
             .source = "Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012; the factor lr as PyTorch has it",
             .parameters = {LR(1),
                            {"rho", 0.9, 0, GML_BELOW_1, "share of the mean squares that is kept"},
                            {"eps", 1e-6, 1e-30, 1, "added inside of the roots"}},
             .parameter_count = 3},
        .states = 2,
        .prepare = gml_prepare_adadelta,
    },
    {
        .entry =
            {.name = "rmsprop",
             .summary = "each weight's gradient divided by the root of its mean square",
             .formula = "s = alpha s + (1 - alpha) g^2; d = g / (sqrt(s) + eps); w -= lr d; centered: s less the "
                        "square of a mean gradient kept alike; momentum: w -= lr v, v = momentum v + d",
             .derivative = "",
             .pitfall = "The first steps are 1 / sqrt(1 - alpha) times as long, for s begins at 0. Here eps stands "
                        "outside of the root.",
             .source = "Tieleman and Hinton, Lecture 6.5 of Neural Networks for Machine Learning, 2012, as PyTorch "
                       "has it",
             .parameters = {LR(0.01),
                            {"alpha", 0.99, 0, GML_BELOW_1, "share of the mean square that is kept"},
                            {"eps", 1e-8, 1e-30, 1, "added to the root, so that nothing is divided by 0"},
                            {"momentum", 0, 0, GML_BELOW_1, "share of the velocity that is kept"},
                            {"centered", 0, 0, 1, "divide by the spread of the gradient", gml_no_or_yes}},
             .parameter_count = 5},
        .states = 3,
        .state_if = {0, 3, 4},
        .prepare = gml_prepare_rmsprop,
    },
    {
        .entry = {.name = "adam",
                  .summary = "momentum and a mean square for each weight, both corrected for their start at 0",
                  .formula = "m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; "
                             "w -= lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)",
                  .derivative = "",
                  .pitfall = "eps is added after the correction, as PyTorch does; others add it before. L2 decay goes "
                             "through the mean square: adamw decays apart from it.",
                  .source = "Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015",
                  .parameters = {ADAM(0.001)},
                  .parameter_count = 4},
        .states = 2,
        .prepare = gml_prepare_adam,
    },
    {
        .entry = {.name = "adamw",
                  .summary = "adam with a decay of the weights of its own",
                  .formula = "w *= 1 - lr weight_decay, then as adam",
                  .derivative = "",
                  .pitfall = "The decay is multiplied by the learning rate, so it changes with it. The training option "
                             "l2 is another decay: it is added to the gradient after this one, and passes through "
                             "the mean square. Set one of the two.",
                  .source = "Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019",
                  .parameters = {ADAM(0.001),
                                 {"weight_decay", 0.01, 0, 1e6, "share of each weight taken away, times lr"}},
                  .parameter_count = 5},
        .states = 2,
        .prepare = gml_prepare_adam,
        .decay = 4,
    },
    {
        .entry = {.name = "amsgrad",
                  .summary = "adam that divides by the greatest mean square so far",
                  .formula = "as adam, with max(v_1 ... v_t) in place of v",
                  .derivative = "",
                  .pitfall = "One large gradient makes all later steps of its weight short.",
                  .source = "Reddi, Kale and Kumar, On the Convergence of Adam and Beyond, 2018; corrected for the "
                            "start as PyTorch does",
                  .parameters = {ADAM(0.001)},
                  .parameter_count = 4},
        .states = 3,
        .prepare = gml_prepare_adam,
    },
    {
        .entry = {.name = "nadam",
                  .summary = "adam that looks ahead, with a momentum that warms up",
                  .formula = "u_t = beta1 (1 - 0.96^(t momentum_decay) / 2), U_t = u_1 ... u_t; m, v as adam; w -= lr "
                             "((1 - u_t) / (1 - U_t) g + u_t+1 / (1 - U_t+1) m) / (sqrt(v / (1 - beta2^t)) + eps)",
                  .derivative = "",
                  .pitfall = "The default rate is twice that of adam, as PyTorch has it.",
                  .source = "Dozat, Incorporating Nesterov Momentum into Adam, 2016, as PyTorch has it since 2.0",
                  .parameters = {ADAM(0.002), {"momentum_decay", 0.004, 0, 1, "how soon the momentum has warmed up"}},
                  .parameter_count = 5},
        .states = 2,
        .prepare = gml_prepare_nadam,
    },
    {
        .entry = {.name = "radam",
                  .summary = "adam that waits until its mean square can be relied on",
                  .formula = "r_t = R - 2 t beta2^t / (1 - beta2^t), R = 2 / (1 - beta2) - 1; m, v as adam, M = m / (1 "
                             "- beta1^t); r_t > 5: w -= lr M sqrt((r_t - 4) (r_t - 2) R / ((R - 4) (R - 2) r_t)) "
                             "sqrt(1 - beta2^t) / (sqrt(v) + eps); else w -= lr M",
                  .derivative = "",
                  .pitfall = "The first steps are plain momentum, so that they are as long as the gradients are. eps "
                             "is added before the correction, as PyTorch does.",
                  .source =
                      "Liu et al., On the Variance of the Adaptive Learning Rate and Beyond, 2020, as PyTorch has it",
                  .parameters = {ADAM(0.001)},
                  .parameter_count = 4},
        .states = 2,
        .prepare = gml_prepare_radam,
    },
    {
        .entry = {.name = "schedule_free_adamw",
                  .summary = "adam whose averaged weights make a falling rate needless",
                  .formula = "y = (1 - beta1) z + beta1 x; v = beta2 v + (1 - beta2) g(y)^2; r_t = lr min(1, t / "
                             "warmup); z -= r_t g / (sqrt(v / (1 - beta2^t)) + eps) + r_t weight_decay y; c = r_t^2 / "
                             "(r_1^2 + ... + r_t^2); x = (1 - c) x + c z",
                  .derivative = "",
                  .pitfall = "Training is at y, but the network to use is x: gml_fit ends with it, after single steps "
                             "call gml_trainer_use_average. For a rate that stays. Statistics of batchnorm are those "
                             "of y.",
                  .source = "Defazio et al., The Road Less Scheduled, 2024, algorithm 1",
                  .parameters = {LR(0.0025),
                                 {"beta1", 0.9, 0, GML_BELOW_1, "where between z and x the gradient is taken"},
                                 {"beta2", 0.999, 0, GML_BELOW_1, "share of the mean square that is kept"},
                                 {"eps", 1e-8, 1e-30, 1, "added to the root, so that nothing is divided by 0"},
                                 {"weight_decay", 0, 0, 1e6, "share of each weight taken away, times lr"},
                                 {"warmup", 0, 0, 1e15, "steps over which the rate rises"}},
                  .parameter_count = 6},
        .states = 3,
        .decay = 4,
        .average = 3,
        .prepare = gml_prepare_schedule_free,
    },
    {
        .entry = {.name = "lion",
                  .summary = "the sign of a mean gradient",
                  .formula =
                      "w *= 1 - lr weight_decay; w -= lr sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g",
                  .derivative = "",
                  .pitfall = "All steps are as long as lr, so it takes a rate 3 to 10 times smaller than adam, a decay "
                             "as much larger, and a schedule that ends near 0.",
                  .source = "Chen et al., Symbolic Discovery of Optimization Algorithms, 2023, program 1",
                  .parameters = {LR(0.0001),
                                 {"beta1", 0.9, 0, GML_BELOW_1, "share of the mean in the direction"},
                                 {"beta2", 0.99, 0, GML_BELOW_1, "share of the mean gradient that is kept"},
                                 {"weight_decay", 0, 0, 1e6, "share of each weight taken away, times lr"}},
                  .parameter_count = 4},
        .states = 1,
        .decay = 3,
        .prepare = gml_prepare_lion,
    },
    {
        .entry = {.name = "rprop",
                  .summary = "a step size of its own for each weight, from the signs of its gradients",
                  .formula = "c = sign(g) sign(last g); c > 0: d = min(eta_plus d, step_max); c < 0: d = max(eta_minus "
                             "d, step_min), g = 0; w -= d sign(g)",
                  .derivative = "",
                  .pitfall = "For whole batches: the noise of small ones turns the signs. lr is the first step only, "
                             "so schedules do nothing.",
                  .source =
                      "Igel and Huesken, Improving the Rprop Learning Algorithm, 2000: iRPROP-, as PyTorch has it",
                  .parameters = {LR(0.01),
                                 {"eta_minus", 0.5, GML_ABOVE_0, GML_BELOW_1, "factor of a step when the sign turns"},
                                 {"eta_plus", 1.2, 1, 10, "factor of a step when the sign stays"},
                                 {"step_min", 1e-6, 0, 1, "the least step"},
                                 {"step_max", 50, GML_ABOVE_0, 1e6, "the greatest step"}},
                  .parameter_count = 5},
        .states = 2,
        .prepare = gml_prepare_rprop,
    },
    {
        .entry =
            {.name = "muon",
             .summary = "momentum whose steps are made orthogonal, matrix by matrix; adamw for what is no matrix",
             .formula =
                 "B = momentum B + g; X = G / (|G| + 1e-7), G = g + momentum B; `steps` times A = X X', X = 3.4445 "
                 "X + (-4.775 A + 2.0315 A A) X; W = (1 - lr weight_decay) W - lr sqrt(max(1, out / in)) X",
             .derivative = "",
             .pitfall = "A step takes 20 to 30 operations for each weight and each unit of its matrix's shorter side, "
                        "however small the batch: wide layers want large ones. It was made for hidden layers; its "
                        "authors step the first and last layers of language models by adamw.",
             .source = "Jordan et al., Muon: An optimizer for hidden layers in neural networks, 2024; decay: Liu et "
                       "al., Muon is Scalable for LLM Training, 2025",
             .parameters = {{"lr", 0.02, GML_ABOVE_0, GML_MAX_RATE, "learning rate of matrices"},
                            {"momentum", 0.95, 0, GML_BELOW_1, "share of the velocity that is kept"},
                            {"weight_decay", 0, 0, 1e6, "share of each weight taken away, times lr"},
                            {"steps", 5, 1, 100, "of the iteration of Newton and Schulz"},
                            {"adamw_lr", 0.0003, GML_ABOVE_0, 1e6, "learning rate of vectors; schedules scale both"},
                            {"beta1", 0.9, 0, GML_BELOW_1, "of vectors: share of the mean gradient that is kept"},
                            {"beta2", 0.95, 0, GML_BELOW_1, "of vectors: share of the mean square that is kept"},
                            {"eps", 1e-10, 1e-30, 1, "of vectors: added to the root"}},
             .parameter_count = 8},
        .states = 2,
        .decay = 2,
        .iterations = 3,
        .vectors = "adamw",
        .prepare = gml_prepare_muon,
    },
    {
        .entry = {.name = "lbfgs",
                  .summary = "a quasi-Newton step on the whole data set, its length found along a line",
                  .formula = "d = -H g, H from the last `history` steps and changes of the gradient; w += a d, a such "
                             "that f(w + a d) <= f(w) + 0.0001 a d'g(w) and |d'g(w + a d)| <= 0.9 |d'g(w)|",
                  .derivative = "",
                  .pitfall = "An epoch is one step, and every trial of a length costs a pass over all of the data. For "
                             "losses that depend on weights and data alone: no dropout, noise or batchnorm.",
                  .source =
                      "Nocedal and Wright, Numerical Optimization, 2nd edition, 2006: algorithms 7.4 and 7.5, 3.5 "
                      "and 3.6",
                  .parameters = {{"lr", 1, GML_ABOVE_0, GML_MAX_RATE, "the length that is tried first"},
                                 {"history", 10, 1, 1000, "steps that are remembered"},
                                 {"tolerance", 1e-8, 0, 1e6, "the fit ends where the gradient's norm is no greater"},
                                 {"max_evaluations", 20, 1, 1000, "lengths tried, at most, a step"}},
                  .parameter_count = 4},
        .full_batch = true,
        .prepare = gml_prepare_sgd,
    },
    {
        .entry = {.name = "levenberg_marquardt",
                  .summary =
                      "between a Gauss-Newton step and one down the gradient, by what has worked; for small nets",
                  .formula =
                      "w -= lr (J'J + m I)^-1 J'e, e the errors of all samples and outputs, J their derivatives; "
                      "sum e^2 falls: m = down m; else back, m = up m, and again",
                  .derivative = "",
                  .pitfall = "For mean_squared_error. An epoch is one step; it takes parameters^2 of memory and "
                             "parameters^3 of time. Computed in double, also for a network in float.",
                  .source = "Hagan and Menhaj, Training Feedforward Networks with the Marquardt Algorithm, 1994; "
                            "damping as MATLAB's trainlm has it",
                  .parameters = {{"lr", 1, GML_ABOVE_0, GML_MAX_RATE, "share of the step that is taken"},
                                 {"damping", 1e-3, GML_ABOVE_0, 1e100, "m at first"},
                                 {"up", 10, 1 + 1e-6, 1e6, "factor of m after a step that failed"},
                                 {"down", 0.1, GML_ABOVE_0, GML_BELOW_1, "factor of m after one that did not"},
                                 {"max_damping", 1e10, GML_ABOVE_0, 1e100, "the fit ends where m would be greater"},
                                 {"tolerance", 1e-10, 0, 1e6, "the fit ends where the gradient's norm is no greater"},
                                 {"memory", 1024, GML_ABOVE_0, 1e9, "megabytes that its two matrices may take"}},
                  .parameter_count = 7},
        .full_batch = true,
        .prepare = gml_prepare_sgd,
    },
};

const gml_entry *gml_optimizer_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}

const gml_optimizer_kernel *gml_optimizer_kernel_of(const gml_kernels *kernels, const gml_call *call)
{
    const gml_optimizer_row *row = gml_call_row(call);
    return row->kernels != NULL ? &row->kernels[kernels->dtype] : gml_kernels_optimizer(kernels, row->entry.name);
}

size_t gml_optimizer_states(const gml_optimizer_row *row, const double *parameters)
{
    size_t kept = 0;
    for (size_t i = 0; i < row->states; i++) {
        kept += parameters[row->state_if[i]] != 0;
    }
    return kept;
}
