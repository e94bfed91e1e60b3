// libtorch has one number of threads for the whole process, and results repeat to the bit only for the same number.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
