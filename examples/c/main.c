/* Calls a kernel that morello-compile made, through its header, and checks it against plain loops.
 * See README.md in this directory for the two commands that build it. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "matmul.h"

enum { M = 64, K = 96, N = 80 };

static float a[M * K], b[K * N], c[M * N];

static void fill(float *values, size_t count) {
  for (size_t i = 0; i < count; ++i)
    values[i] = (float)(rand() % 200 - 100) / 100.0f;
}

int main(void) {
  fill(a, M * K);
  fill(b, K * N);
  matmul(a, b, c); /* c += a * b, and c is zero */

  double worst = 0;
  for (int i = 0; i < M; ++i)
    for (int j = 0; j < N; ++j) {
      double sum = 0;
      for (int k = 0; k < K; ++k)
        sum += (double)a[i * K + k] * b[k * N + j];
      worst = fmax(worst, fabs(sum - c[i * N + j]));
    }
  printf("largest difference: %g\n", worst);
  return worst < 1e-4 ? 0 : 1;
}
