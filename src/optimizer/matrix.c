/* optimizer/matrix.c - the row of the optimizer that steps each matrix of weights as a whole. */
#include "optimizer/scalars.h"

const gml_optimizer_row gml_muon_row = {
    .entry = {.name = "muon",
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
};
