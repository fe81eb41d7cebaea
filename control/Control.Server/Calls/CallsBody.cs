using System.Text.Json;
using Control.Server.Http;
using Control.Server.Http.Json;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Calls;

/// <summary>Reads the JSON body of a request, whatever content type it claims: first-party clients in
/// browsers send none.</summary>
internal sealed class CallsBody(CallsLimits limits, TimeProvider time)
{
    // Chosen: half a megabyte over a link of 500 kbit/s.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;

    /// <summary>Reads a body as text; null with the refusal when that failed.</summary>
    public async Task<(string? Text, CallsAnswer? Refusal)> ReadAsync(HttpContext context)
    {
        switch (await TextBody.ReadAsync(context, limits.BodyBytes, Timeout, time))
        {
            case BodyResult.Complete complete:
                return (complete.Text, null);
            case BodyResult.TooLarge:
                context.Response.Headers.Connection = "close";
                return (null, TooLarge());
            default:
                context.Response.Headers.Connection = "close";
                return (
                    null,
                    CallsAnswer.RefuseForNow(
                        StatusCodes.Status408RequestTimeout,
                        CallsErrors.Decoding,
                        $"The body did not arrive within {Timeout.TotalSeconds:0} seconds.",
                        TimeSpan.FromSeconds(1)
                    )
                );
        }
    }

    /// <summary>The refusal of a body that is too large.</summary>
    public CallsAnswer TooLarge() =>
        CallsAnswer.Refuse(
            StatusCodes.Status413PayloadTooLarge,
            CallsErrors.PayloadTooLarge,
            $"The body may have {limits.BodyBytes} bytes."
        );

    /// <summary>Parses a body for an operation.</summary>
    public CallsAnswer? TryParse(
        string text,
        JsonShape.Object? shape,
        bool isOptional,
        out JsonElement body
    )
    {
        body = Empty;
        if (shape is null || (isOptional && string.IsNullOrWhiteSpace(text)))
        {
            return null;
        }

        using var document = JsonText.Parse(text, shape, limits.JsonDepth, out var problem);
        if (document is not null)
        {
            body = document.RootElement.Clone();
            return null;
        }

        return problem!.Kind != JsonProblemKind.Form
            ? CallsAnswer.Refuse(
                StatusCodes.Status406NotAcceptable,
                CallsErrors.InvalidParams,
                problem.Sentence
            )
            : CallsAnswer.Refuse(
                StatusCodes.Status400BadRequest,
                CallsErrors.Decoding,
                problem.Sentence
            );
    }
}
