using System.Globalization;
using System.Text.RegularExpressions;

namespace Repository.Tests.Rules;

/// <summary>Log event ids: in the open, unique, and one range a room.</summary>
internal static partial class LogRules
{
    /// <summary>Each id occurs once, lies in its project's thousand, and its hundred belongs to one room.</summary>
    public static IEnumerable<string> EventIds(RepositoryTree tree)
    {
        var byId = new Dictionary<int, string>();
        var roomOfHundred = new Dictionary<int, string>();
        foreach (var (path, text) in tree.OfKind(".cs"))
        {
            if (tree.ProjectOf(path) is not { IsTest: false } project)
            {
                continue;
            }

            foreach (Match match in LoggerMessage().Matches(SourceText.CodeOnly(text)))
            {
                var place = $"{path}:{SourceText.LineAt(text, match.Index)}";
                if (!match.Groups[1].Success)
                {
                    yield return $"{place} has a LoggerMessage without an event id as first argument.";
                    continue;
                }

                var id = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                if (!byId.TryAdd(id, place))
                {
                    yield return $"{place} uses event id {id}, which {byId[id]} has.";
                }

                if (
                    !Layout.LogThousands.TryGetValue(project.Name, out var thousand)
                    || id / 1000 * 1000 != thousand
                )
                {
                    yield return $"{place}: event id {id} is outside the range of {project.Name} (Layout.LogThousands).";
                }

                var room = $"{project.Name}/{path[(project.Folder.Length + 1)..].Split('/')[0]}";
                roomOfHundred.TryAdd(id / 100, room);
                if (!string.Equals(roomOfHundred[id / 100], room, StringComparison.Ordinal))
                {
                    yield return $"{place}: the hundred of event id {id} belongs to {roomOfHundred[id / 100]}.";
                }
            }
        }
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*|eventId:\s*)?(\d+)?")]
    private static partial Regex LoggerMessage();
}
