/* aisle/abtest.h: A/B tests by household: design, assign, analyze, simulate. */
#ifndef AISLE_ABTEST_H
#define AISLE_ABTEST_H

#include "aisle/abtest_analysis.h"
#include "aisle/abtest_assign.h"
#include "aisle/abtest_design.h"
#include "aisle/abtest_sequential.h"
#include "aisle/abtest_simulate.h"

#endif
