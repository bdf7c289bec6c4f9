/* kernel/data/domain.h - the targets that a loss accepts. */
#ifndef GML_KERNEL_DATA_DOMAIN_H
#define GML_KERNEL_DATA_DOMAIN_H

typedef enum gml_domain {
    GML_DOMAIN_UNSTATED, /* not used by any row */
    GML_DOMAIN_ANY,
    GML_DOMAIN_NOT_NEGATIVE, /* 0 and above */
    GML_DOMAIN_POSITIVE,     /* above 0 */
    GML_DOMAIN_UNIT,         /* from 0 to 1 */
    GML_DOMAIN_BINARY,       /* 0 or 1 */
    GML_DOMAIN_SHARES        /* from 0 to 1, and a row sums to 1 */
} gml_domain;

/* Greatest deviation of a row sum from 1: 0.33, 0.33, 0.33 are shares. */
#define GML_SHARES_TOLERANCE 0.02

#endif
