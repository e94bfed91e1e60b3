using Llava.Contracts.Diagnostics;
using Llava.Serve.Api;

namespace Llava.Serve.Tests;

public sealed class ErrorResponseTests
{
    readonly RecordingLog _log = new();

    [Fact]
    public void A_bug_is_the_servers_fault_and_its_cause_is_logged()
    {
        var problem = new ErrorResponse(_log).Explain(new InvalidOperationException("the cause"));

        Assert.Equal((500, "the server failed to answer"), (problem.Status, problem.Message));
        var logged = Assert.Single(_log.Warnings);
        Assert.Equal(ErrorCatalog.InternalError, logged.Code);
        Assert.Contains("the cause", logged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_servers_own_is_no_fault_of_the_client()
    {
        var problem = new ErrorResponse(_log).Explain(ErrorCatalog.BadCheckpointFile.Fails("/models/a", "it is cut short"));

        Assert.Equal((500, "the server failed to answer"), (problem.Status, problem.Message));
        Assert.Equal("/models/a: error LLAVA4001: it is cut short", Assert.Single(_log.Warnings).ToString());
    }

    [Fact]
    public void What_the_request_brought_is_the_clients_fault_and_leaves_no_trace()
    {
        var problem = new ErrorResponse(_log).Explain(ErrorCatalog.ImageCorrupt.Fails("picture 1", "the image is corrupt"));

        Assert.Equal((400, "the image is corrupt"), (problem.Status, problem.Message));
        Assert.Empty(_log.Warnings);
    }

    [Fact]
    public void What_was_explained_once_is_not_logged_again()
    {
        var errors = new ErrorResponse(_log);
        var problem = errors.Explain(new InvalidOperationException("the cause"));

        Assert.Same(problem, errors.Explain(problem));
        Assert.Single(_log.Warnings);
    }
}
