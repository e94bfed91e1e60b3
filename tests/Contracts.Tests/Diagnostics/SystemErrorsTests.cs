using Llava.Contracts.Diagnostics;

namespace Llava.Contracts.Tests.Diagnostics;

public sealed class SystemErrorsTests
{
    [Fact]
    public void All_that_a_parallel_loop_met_is_said_in_the_order_of_the_paths_and_what_has_a_code_first()
    {
        var many = new AggregateException(new IOException("consequence"), new AggregateException(ErrorCatalog.CannotRead.Fails("/b", "no"), ErrorCatalog.CannotRead.Fails("/a", "no"), ErrorCatalog.CannotRead.Fails("/a", "no")));
        Assert.Equal(["/a: error LLAVA1011: no", "/b: error LLAVA1011: no"], SystemErrors.Describe(many)!.Select(problem => problem.ToString()));
    }

    [Fact]
    public void What_nobody_expected_stays_a_bug()
    {
        Assert.Null(SystemErrors.Describe(new InvalidOperationException("x")));
        Assert.Null(SystemErrors.Describe(new AggregateException(new InvalidOperationException("x"))));
    }

    [Theory]
    [InlineData("Access to the path '/no/such/it's here' is denied.", "/no/such/it's here: error LLAVA1010: Access to the path '/no/such/it's here' is denied: let this user write there, or choose another folder with -p:ArtifactsDir= (--output)")]
    [InlineData("Access is denied.", "llava: error LLAVA1010: Access is denied: let this user write there, or choose another folder with -p:ArtifactsDir= (--output)")]
    public void The_path_is_taken_from_what_the_system_says(string said, string expected) =>
        Assert.Equal(expected, Assert.Single(SystemErrors.Describe(new UnauthorizedAccessException(said))!).ToString());
}
