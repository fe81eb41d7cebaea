using System.Text.Json;

namespace Control.Server.Http.Json;

/// <summary>Turns the text of a body into JSON of a shape, or into a sentence on why not.</summary>
internal static class JsonText
{
    /// <summary>Parses and checks. The caller disposes the document.</summary>
    public static JsonDocument? Parse(
        string text,
        JsonShape shape,
        int depthMax,
        out JsonProblem? problem
    )
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = depthMax });
            problem = JsonShapeCheck.Find(document.RootElement, shape);
        }
        catch (JsonException exception)
        {
            problem = Describe(exception, depthMax);
        }
        catch (InvalidOperationException)
        {
            // The one thing that parsing leaves for later: an escaped half of a surrogate pair.
            problem = new(JsonProblemKind.Form, "A text in the body has half of a character.");
        }

        if (problem is null)
        {
            return document;
        }

        document?.Dispose();
        return null;
    }

    private static JsonProblem Describe(JsonException exception, int depthMax)
    {
        var isDeep = exception.Message.Contains(
            "maximum configured depth",
            StringComparison.Ordinal
        );
        var line = exception.LineNumber + 1;
        var column = exception.BytePositionInLine + 1;
        return new JsonProblem(
            JsonProblemKind.Form,
            isDeep
                ? $"The body is nested deeper than {depthMax} levels."
                : $"The body is not JSON: line {line}, byte {column}."
        );
    }
}
