/* Level 1: only the vector kernels. Computes every activation of the table, and its derivative, on our own array. */
#include <gemmule/gemmule.h>
#include <math.h>
#include <stdio.h>

enum { N = 9 };

int main(void)
{
    double x[N], y[N], slope[N];
    for (int i = 0; i < N; i++) {
        x[i] = i - 4;
    }

    gml_context *context = NULL;
    if (gml_context_create(NULL, &context, NULL, 0) != GML_OK) {
        return 1;
    }
    printf("%-12s", "x");
    for (int i = 0; i < N; i++) {
        printf("%8.3f", x[i]);
    }
    printf("\n");

    int wrong = 0;
    const gml_entry *entry;
    for (size_t row = 0; (entry = gml_activation_entry(row)) != NULL; row++) {
        gml_status status = gml_activation_apply(context, entry->name, gml_matrix_f64(x, 1, N), gml_matrix_f64(y, 1, N),
                                                 gml_matrix_f64(slope, 1, N));
        if (status != GML_OK) {
            fprintf(stderr, "%s\n", gml_context_message(context));
            wrong++;
            continue;
        }
        printf("%-12s", entry->name);
        for (int i = 0; i < N; i++) {
            printf("%8.3f", y[i]);
        }
        printf("\n%-12s", "  f'(x)");
        for (int i = 0; i < N; i++) {
            printf("%8.3f", slope[i]);
        }
        printf("\n");
    }

    /* In place, with an argument: leaky_relu(slope=0.2) at -4 is -0.8. */
    gml_matrix m = gml_matrix_f64(x, 1, N);
    wrong += gml_activation_apply(context, "leaky_relu(slope=0.2)", m, m, gml_matrix_none()) != GML_OK;
    wrong += fabs(x[0] + 0.8) > 1e-15 || fabs(x[N - 1] - 4) > 0;
    gml_context_destroy(context);
    return wrong != 0;
}
