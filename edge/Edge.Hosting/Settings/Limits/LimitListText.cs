namespace Edge.Hosting.Settings.Limits;

/// <summary>Reads EDGE_LIMITS: `name=value` pairs, with the names of GET /v1/limits.</summary>
public static class LimitListText
{
    /// <summary>Reads the list; what is wrong is added to <paramref name="problems"/>.</summary>
    public static CallsLimits Parse(string text, List<string> problems)
    {
        var limits = new CallsLimits();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            var pair = part.Split('=', 2);
            var name = pair[0].Trim();
            if (Find(name) is not { } limit)
            {
                problems.Add($"{SettingName.Limits}: there is no limit '{name}'.");
            }
            else if (!seen.Add(name))
            {
                problems.Add($"{SettingName.Limits}: '{name}' is there twice.");
            }
            else if (
                pair.Length == 2
                && SettingText.ToNumber(pair[1].Trim(), limit.Min, limit.Max) is { } value
            )
            {
                limits = limit.Change(limits, value);
            }
            else
            {
                problems.Add(
                    $"{SettingName.Limits}: '{name}' wants a whole number from {limit.Min} to {limit.Max}."
                );
            }
        }

        problems.AddRange(
            limits.FindConflicts().Select(problem => $"{SettingName.Limits}: {problem}")
        );
        return limits;
    }

    private static CallsLimit? Find(string name)
    {
        foreach (var limit in CallsLimits.All)
        {
            if (string.Equals(limit.Name, name, StringComparison.Ordinal))
            {
                return limit;
            }
        }

        return null;
    }
}
