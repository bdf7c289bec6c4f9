/* tune/student.c - Student's t distribution by its finite series, which whole degrees of freedom have. */
#include "tune/student.h"

#include <math.h>

/* Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4, with s = sin, c = cos:
 *   odd degrees v:   2 / pi (angle + s (c + 2/3 c^3 + ... + (2 4 ... (v-3)) / (3 5 ... (v-2)) c^(v-2)))
 *   even degrees v:  s (1 + 1/2 c^2 + (1 3) / (2 4) c^4 + ... + (1 3 ... (v-3)) / (2 4 ... (v-2)) c^(v-2))
 * All terms are positive, so no digits cancel. */
double gml_student_within(double angle, size_t degrees)
{
    const double sine = sin(angle), cosine = cos(angle);
    const size_t odd = degrees & 1;
    double term = odd != 0 ? cosine : 1, sum = 0;
    for (size_t k = 2 + odd; k <= degrees; k += 2) {
        sum += term;
        term *= cosine * cosine * ((double)k - 1) / (double)k;
    }
    return odd != 0 ? 2 / acos(-1) * (angle + sine * sum) : sine * sum;
}

double gml_student_bound(double probability, size_t degrees)
{
    double low = 0, high = acos(0);
    for (double middle = high / 2; middle > low && middle < high; middle = low + (high - low) / 2) {
        if (gml_student_within(middle, degrees) < probability) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return sqrt((double)degrees) * tan(low);
}
