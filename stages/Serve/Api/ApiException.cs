namespace Llava.Serve.Api;

/// <summary>A request that is answered with an error.</summary>
/// <param name="code">OpenAI's word for it, for programs.</param>
/// <param name="parameter">The request's field that is at fault.</param>
sealed class ApiException(int status, string code, string message, string? parameter = null) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public string? Parameter => parameter;

    public static ApiException Invalid(string parameter, string message) => new(400, "invalid_value", message, parameter);
}
