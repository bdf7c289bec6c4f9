/* optimizer/optimizer.c - the table of optimizers. The updates themselves are kernels of the same names. */
#include "optimizer/optimizer.h"

#include "optimizer/scalars.h"

/* Parameters shared by several rows. */
#define LR(rate)                                                                                                       \
    {                                                                                                                  \
        "lr", rate, GML_ABOVE_0, GML_MAX_RATE, "learning rate"                                                         \
    }
#define ADAM(rate)                                                                                                     \
    LR(rate), {"beta1", 0.9, 0, GML_BELOW_1, "decay rate of the mean gradient"},                                       \
        {"beta2", 0.999, 0, GML_BELOW_1, "decay rate of the mean square"},                                             \
    {                                                                                                                  \
        "eps", 1e-8, 1e-30, 1, "added to the root to avoid division by 0"                                              \
    }

static const gml_optimizer_row rows[] = {
    {
        .entry = {.name = "sgd",
                  .summary = "stochastic gradient descent",
                  .formula = "w -= lr g",
                  .derivative = "",
                  .pitfall = "One rate for all weights: it needs scaled inputs and a tuned rate.",
                  .source = "Robbins and Monro, A Stochastic Approximation Method, 1951",
                  .parameters = {LR(0.01)},
                  .parameter_count = 1},
        .law = GML_LAW_LINEAR,
        .prepare = gml_prepare_sgd,
    },
    {
        .entry = {.name = "momentum",
                  .summary = "gradient descent with momentum",
                  .formula = "v = momentum v + (1 - dampening) g, initially v = g; w -= lr v",
                  .derivative = "",
                  .pitfall = "Steps are up to 1 / (1 - momentum) times as long as those of sgd at the same rate.",
                  .source = "Polyak, Some methods of speeding up the convergence of iteration methods, 1964; Sutskever "
                            "et al., On the importance of initialization and momentum in deep learning, 2013",
                  .parameters = {LR(0.01),
                                 {"momentum", 0.9, 0, GML_BELOW_1, "decay rate of the velocity"},
                                 {"dampening", 0, 0, 1, "fraction of the gradient not added to the velocity"}},
                  .parameter_count = 3},
        .states = 1,
        .law = GML_LAW_LINEAR,
        .prepare = gml_prepare_momentum,
    },
    {
        .entry = {.name = "nesterov",
                  .summary = "momentum with Nesterov's look-ahead",
                  .formula = "v = momentum v + g; w -= lr (g + momentum v)",
                  .derivative = "",
                  .pitfall = "Steps are up to 1 / (1 - momentum) times as long as those of sgd at the same rate.",
                  .source = "Nesterov 1983; this form: Sutskever et al., On the importance of initialization and "
                            "momentum in deep learning, 2013, as in PyTorch",
                  .parameters = {LR(0.01), {"momentum", 0.9, 0, GML_BELOW_1, "decay rate of the velocity"}},
                  .parameter_count = 2},
        .states = 1,
        .law = GML_LAW_LINEAR,
        .prepare = gml_prepare_nesterov,
    },
    {
        .entry = {.name = "adagrad",
                  .summary = "divides the gradient of each weight by the root of the sum of its squares",
                  .formula =
                      "s += g^2, initially s = initial_sum; w -= lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps)",
                  .derivative = "",
                  .pitfall = "The sum only grows, so steps keep shrinking: long fits can stall before the minimum.",
                  .source = "Duchi, Hazan and Singer, Adaptive Subgradient Methods for Online Learning and Stochastic "
                            "Optimization, 2011, as in PyTorch",
                  .parameters = {LR(0.01),
                                 {"lr_decay", 0, 0, 1e6, "growth of the divisor of lr per step"},
                                 {"eps", 1e-10, 1e-30, 1, "added to the root to avoid division by 0"},
                                 {"initial_sum", 0, 0, 1e6, "initial sum of squares"}},
                  .parameter_count = 4},
        .states = 1,
        .law = GML_LAW_INVARIANT,
        .prepare = gml_prepare_adagrad,
    },
    {
        .entry =
            {.name = "adadelta",
             .summary = "scales the gradient by the ratio of the mean squares of recent steps and gradients",
             .formula =
                 "s = rho s + (1 - rho) g^2; d = sqrt(u + eps) / sqrt(s + eps) g; u = rho u + (1 - rho) d^2; w -= lr d",
             .derivative = "",
             .pitfall = "Starts slowly: eps alone sets the length of the first steps. Here eps is inside the roots.",
             .source = "Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012; the factor lr as in PyTorch",
             .parameters = {LR(1),
                            {"rho", 0.9, 0, GML_BELOW_1, "decay rate of the mean squares"},
                            {"eps", 1e-6, 1e-30, 1, "added inside the roots"}},
             .parameter_count = 3},
        .states = 2,
        .prepare = gml_prepare_adadelta,
    },
    {
        .entry = {.name = "rmsprop",
                  .summary = "divides the gradient of each weight by the root of its mean square",
                  .formula = "s = alpha s + (1 - alpha) g^2; d = g / (sqrt(s) + eps); w -= lr d; centered: s - m^2 in "
                             "place of s, m = alpha m + (1 - alpha) g; momentum: w -= lr v, v = momentum v + d",
                  .derivative = "",
                  .pitfall = "The first steps are 1 / sqrt(1 - alpha) times as long, because s starts at 0. Here eps "
                             "is outside the root.",
                  .source =
                      "Tieleman and Hinton, Lecture 6.5 of Neural Networks for Machine Learning, 2012, as in PyTorch",
                  .parameters = {LR(0.01),
                                 {"alpha", 0.99, 0, GML_BELOW_1, "decay rate of the mean square"},
                                 {"eps", 1e-8, 1e-30, 1, "added to the root to avoid division by 0"},
                                 {"momentum", 0, 0, GML_BELOW_1, "decay rate of the velocity"},
                                 {"centered", 0, 0, 1, "divide by the standard deviation of the gradient",
                                  gml_no_or_yes}},
                  .parameter_count = 5},
        .states = 3,
        .state_if = {0, 3, 4},
        .law = GML_LAW_INVARIANT,
        .prepare = gml_prepare_rmsprop,
    },
    {
        .entry = {.name = "adam",
                  .summary =
                      "momentum divided by the root of the mean square of each weight's gradient, both bias-corrected",
                  .formula = "m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; "
                             "w -= lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)",
                  .derivative = "",
                  .pitfall = "eps is added after the bias correction, as in PyTorch; others add it before. The "
                             "gradient of l2 enters the mean square: adamw decouples the decay from it.",
                  .source = "Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015",
                  .parameters = {ADAM(0.001)},
                  .parameter_count = 4},
        .states = 2,
        .law = GML_LAW_INVARIANT,
        .prepare = gml_prepare_adam,
    },
    {
        .entry = {.name = "adamw",
                  .summary = "adam with decoupled weight decay",
                  .formula = "w *= 1 - lr weight_decay, then adam",
                  .derivative = "",
                  .pitfall = "The decay is multiplied by the learning rate, so it changes with it. The training option "
                             "l2 is a different decay: it is added to the gradient after this decay and enters the "
                             "mean square. Set only one of the two.",
                  .source = "Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019",
                  .parameters = {ADAM(0.001),
                                 {"weight_decay", 0.01, 0, 1e6,
                                  "fraction subtracted from each weight per step, times lr"}},
                  .parameter_count = 5},
        .states = 2,
        .law = GML_LAW_INVARIANT,
        .prepare = gml_prepare_adam,
        .decay = 4,
    },
    {
        .entry =
            {.name = "amsgrad",
             .summary = "adam that divides by the maximum of the mean squares so far",
             .formula = "adam with max(v_1, ..., v_t) in place of v",
             .derivative = "",
             .pitfall = "One large gradient shortens all later steps of its weight.",
             .source =
                 "Reddi, Kale and Kumar, On the Convergence of Adam and Beyond, 2018; bias correction as in PyTorch",
             .parameters = {ADAM(0.001)},
             .parameter_count = 4},
        .states = 3,
        .law = GML_LAW_INVARIANT,
        .prepare = gml_prepare_adam,
    },
    {
        .entry = {.name = "nadam",
                  .summary = "adam with Nesterov momentum and a warmup of the momentum",
                  .formula = "u_t = beta1 (1 - 0.96^(t momentum_decay) / 2), U_t = u_1 ... u_t; m, v as adam; w -= lr "
                             "((1 - u_t) / (1 - U_t) g + u_t+1 / (1 - U_t+1) m) / (sqrt(v / (1 - beta2^t)) + eps)",
                  .derivative = "",
                  .pitfall = "The default rate is twice that of adam, as in PyTorch.",
                  .source = "Dozat, Incorporating Nesterov Momentum into Adam, 2016, as in PyTorch since 2.0",
                  .parameters = {ADAM(0.002), {"momentum_decay", 0.004, 0, 1, "rate of the momentum's warmup"}},
                  .parameter_count = 5},
        .states = 2,
        .law = GML_LAW_INVARIANT,
        .prepare = gml_prepare_nadam,
    },
    {
        .entry = {.name = "radam",
                  .summary = "adam without the adaptive scaling while the variance of the scaling is unbounded",
                  .formula = "r_t = R - 2 t beta2^t / (1 - beta2^t), R = 2 / (1 - beta2) - 1; m, v as adam, M = m / (1 "
                             "- beta1^t); r_t > 5: w -= lr M sqrt((r_t - 4) (r_t - 2) R / ((R - 4) (R - 2) r_t)) "
                             "sqrt(1 - beta2^t) / (sqrt(v) + eps); else w -= lr M",
                  .derivative = "",
                  .pitfall = "The first steps are plain momentum: their length is proportional to the gradients. eps "
                             "is added before the bias correction, as in PyTorch.",
                  .source = "Liu et al., On the Variance of the Adaptive Learning Rate and Beyond, 2020, as in PyTorch",
                  .parameters = {ADAM(0.001)},
                  .parameter_count = 4},
        .states = 2,
        .prepare = gml_prepare_radam,
    },
    {
        .entry = {.name = "schedule_free_adamw",
                  .summary = "adamw with an average of the weights in place of a decreasing rate",
                  .formula = "y = (1 - beta1) z + beta1 x; v = beta2 v + (1 - beta2) g(y)^2; r_t = lr min(1, t / "
                             "warmup); z -= r_t g / (sqrt(v / (1 - beta2^t)) + eps) + r_t weight_decay y; c = r_t^2 / "
                             "(r_1^2 + ... + r_t^2); x = (1 - c) x + c z",
                  .derivative = "",
                  .pitfall =
                      "Training evaluates y, but the trained network is x: gml_fit sets it at the end; after single "
                      "steps call gml_trainer_use_average. For a constant rate. Batchnorm statistics are those of y.",
                  .source = "Defazio et al., The Road Less Scheduled, 2024, algorithm 1",
                  .parameters = {LR(0.0025),
                                 {"beta1", 0.9, 0, GML_BELOW_1, "position of y between z (0) and x (1)"},
                                 {"beta2", 0.999, 0, GML_BELOW_1, "decay rate of the mean square"},
                                 {"eps", 1e-8, 1e-30, 1, "added to the root to avoid division by 0"},
                                 {"weight_decay", 0, 0, 1e6, "fraction subtracted from each weight per step, times lr"},
                                 {"warmup", 0, 0, 1e15, "steps of the linear warmup of the rate"}},
                  .parameter_count = 6},
        .states = 3,
        .decay = 4,
        .average = 3,
        .law = GML_LAW_INVARIANT,
        .prepare = gml_prepare_schedule_free,
    },
    {
        .entry = {.name = "lion",
                  .summary = "steps by the sign of a mean gradient",
                  .formula =
                      "w *= 1 - lr weight_decay; w -= lr sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g",
                  .derivative = "",
                  .pitfall = "Each weight moves by lr at every step: use a rate 3 to 10 times smaller than for adam, a "
                             "decay larger by the same factor, and a schedule that ends near 0.",
                  .source = "Chen et al., Symbolic Discovery of Optimization Algorithms, 2023, program 1",
                  .parameters = {LR(0.0001),
                                 {"beta1", 0.9, 0, GML_BELOW_1, "weight of the mean gradient in the direction"},
                                 {"beta2", 0.99, 0, GML_BELOW_1, "decay rate of the mean gradient"},
                                 {"weight_decay", 0, 0, 1e6,
                                  "fraction subtracted from each weight per step, times lr"}},
                  .parameter_count = 4},
        .states = 1,
        .decay = 3,
        .law = GML_LAW_INVARIANT,
        .prepare = gml_prepare_lion,
    },
    {
        .entry = {.name = "rprop",
                  .summary = "a step size for each weight, adapted by the signs of its gradients",
                  .formula = "c = sign(g) sign(previous g); c > 0: d = min(eta_plus d, step_max); c < 0: d = "
                             "max(eta_minus d, step_min), g = 0; w -= d sign(g)",
                  .derivative = "",
                  .pitfall = "For full batches: the noise of small batches changes the signs. lr is only the initial "
                             "step size, so schedules have no effect.",
                  .source = "Igel and Huesken, Improving the Rprop Learning Algorithm, 2000: iRPROP-, as in PyTorch",
                  .parameters = {LR(0.01),
                                 {"eta_minus", 0.5, GML_ABOVE_0, GML_BELOW_1,
                                  "factor of the step size if the sign changes"},
                                 {"eta_plus", 1.2, 1, 10, "factor of the step size if the sign is unchanged"},
                                 {"step_min", 1e-6, 0, 1, "minimum step size"},
                                 {"step_max", 50, GML_ABOVE_0, 1e6, "maximum step size"}},
                  .parameter_count = 5},
        .states = 2,
        .prepare = gml_prepare_rprop,
    },
    {
        .entry =
            {.name = "muon",
             .summary = "momentum with orthogonalised steps for each weight matrix; adamw for vectors",
             .formula =
                 "B = momentum B + g; X = G / (|G| + 1e-7), G = g + momentum B; `steps` times A = X X', X = 3.4445 "
                 "X + (-4.775 A + 2.0315 A A) X; W = (1 - lr weight_decay) W - lr sqrt(max(1, out / in)) X",
             .derivative = "",
             .pitfall = "A step takes 20 to 30 operations per weight times the shorter side of its matrix, for any "
                        "batch size: use large batches for wide layers. Designed for hidden layers; its authors train "
                        "the first and last layers of language models with adamw.",
             .source = "Jordan et al., Muon: An optimizer for hidden layers in neural networks, 2024; decay: Liu et "
                       "al., Muon is Scalable for LLM Training, 2025",
             .parameters = {{"lr", 0.02, GML_ABOVE_0, GML_MAX_RATE, "learning rate of matrices"},
                            {"momentum", 0.95, 0, GML_BELOW_1, "decay rate of the velocity"},
                            {"weight_decay", 0, 0, 1e6, "fraction subtracted from each weight per step, times lr"},
                            {"steps", 5, 1, 100, "number of Newton-Schulz iterations"},
                            {"adamw_lr", 0.0003, GML_ABOVE_0, 1e6, "learning rate of vectors; schedules scale both"},
                            {"beta1", 0.9, 0, GML_BELOW_1, "for vectors: decay rate of the mean gradient"},
                            {"beta2", 0.95, 0, GML_BELOW_1, "for vectors: decay rate of the mean square"},
                            {"eps", 1e-10, 1e-30, 1, "for vectors: added to the root"}},
             .parameter_count = 8},
        .states = 2,
        .decay = 2,
        .iterations = 3,
        .vectors = "adamw",
        .law = GML_LAW_INVARIANT,
        .prepare = gml_prepare_muon,
    },
    {
        .entry =
            {.name = "lbfgs",
             .summary = "a full-batch quasi-Newton step with a line search",
             .formula =
                 "d = -H g, H the inverse Hessian estimated from the last `history` steps and gradient changes; w += a "
                 "d, with a such that f(w + a d) <= f(w) + 0.0001 a d'g(w) and |d'g(w + a d)| <= 0.9 |d'g(w)|",
             .derivative = "",
             .pitfall = "An epoch is one step, and each evaluation of the line search takes a pass over the whole data "
                        "set. Only for deterministic losses of weights and data: no dropout, noise or batchnorm.",
             .source = "Nocedal and Wright, Numerical Optimization, 2nd edition, 2006: algorithms 7.4 and 7.5, 3.5 "
                       "and 3.6",
             .parameters = {{"lr", 1, GML_ABOVE_0, GML_MAX_RATE, "initial step length of the line search"},
                            {"history", 10, 1, 1000, "number of past steps in the Hessian estimate"},
                            {"tolerance", 1e-8, 0, 1e6, "the fit ends if the gradient's norm is at most this"},
                            {"max_evaluations", 20, 1, 1000, "maximum number of evaluations per line search"}},
             .parameter_count = 4},
        .full_batch = true,
        .prepare = gml_prepare_sgd,
    },
    {
        .entry = {.name = "levenberg_marquardt",
                  .summary = "damped Gauss-Newton steps with adaptive damping; for small networks",
                  .formula =
                      "w -= lr (J'J + m I)^-1 J'e, e the errors of all samples and outputs, J their derivatives; if "
                      "sum e^2 decreases, m = down m; else the step is undone and repeated with m = up m",
                  .derivative = "",
                  .pitfall = "Only for mean_squared_error. An epoch is one step; memory grows with parameters^2 and "
                             "time with parameters^3. Computed in double, also for a network in float.",
                  .source = "Hagan and Menhaj, Training Feedforward Networks with the Marquardt Algorithm, 1994; "
                            "damping as in MATLAB's trainlm",
                  .parameters = {{"lr", 1, GML_ABOVE_0, GML_MAX_RATE, "fraction of the step that is applied"},
                                 {"damping", 1e-3, GML_ABOVE_0, 1e100, "initial m"},
                                 {"up", 10, 1 + 1e-6, 1e6, "factor of m after a rejected step"},
                                 {"down", 0.1, GML_ABOVE_0, GML_BELOW_1, "factor of m after an accepted step"},
                                 {"max_damping", 1e10, GML_ABOVE_0, 1e100, "the fit ends if m would exceed this"},
                                 {"tolerance", 1e-10, 0, 1e6, "the fit ends if the gradient's norm is at most this"},
                                 {"memory", 1024, GML_ABOVE_0, 1e9, "memory limit for its two matrices, in megabytes"}},
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
