/* tune/student.h - Student's t distribution with a whole number of degrees of freedom. */
#ifndef GML_TUNE_STUDENT_H
#define GML_TUNE_STUDENT_H

#include <stddef.h>

/* Returns P(|T| <= t) for t = sqrt(degrees) * tan(angle), 0 <= angle < pi / 2; degrees >= 1. */
double gml_student_within(double angle, size_t degrees);

/* Returns the t >= 0 with P(|T| <= t) = probability, in (0, 1); degrees >= 1. */
double gml_student_bound(double probability, size_t degrees);

#endif
