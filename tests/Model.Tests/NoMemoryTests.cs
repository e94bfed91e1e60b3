using Llava.Contracts.Diagnostics;
using static TorchSharp.torch;

namespace Llava.Model.Tests;

public sealed class NoMemoryTests
{
    [Fact]
    public void What_libtorch_says_when_it_gets_no_memory_is_known_for_that()
    {
        var refused = Record.Exception(() => empty(1L << 50));
        var problem = Assert.Single(SystemErrors.Describe(refused!)!);
        Assert.Equal(ErrorCatalog.MemoryRanOut, problem.Code);
        Assert.EndsWith($"DefaultCPUAllocator: can't allocate memory: you tried to allocate {4L << 50} bytes. Error code 12 (Cannot allocate memory): {SystemErrors.HowToSaveMemory}", problem.Message, StringComparison.Ordinal);
    }
}
