using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Edge.Protocol.Tests.Negotiation;

/// <summary>Writes a value with all that it holds, private fields too, so that what a copy lacks shows, also
/// a field that a later version adds and forgets to carry.</summary>
internal static class DeepText
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Fields = new();

    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Add(text, value);
        return text.ToString();
    }

    private static void Add(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append('-');
                break;
            case string or Enum:
                text.Append('\'').Append(value).Append('\'');
                break;
            case IFormattable number when value.GetType().IsPrimitive:
                text.Append(number.ToString(null, CultureInfo.InvariantCulture));
                break;
            case bool flag:
                text.Append(flag);
                break;
            case Array elements:
                AddAll(text, elements);
                break;
            default:
                AddFields(text, value);
                break;
        }
    }

    private static void AddAll(StringBuilder text, IEnumerable elements)
    {
        text.Append('[');
        foreach (var element in elements)
        {
            Add(text, element);
            text.Append(',');
        }

        text.Append(']');
    }

    private static void AddFields(StringBuilder text, object value)
    {
        text.Append(value.GetType().Name).Append('{');
        foreach (var field in Fields.GetOrAdd(value.GetType(), Find))
        {
            text.Append(field.Name).Append('=');
            Add(text, field.GetValue(value));
            text.Append(';');
        }

        text.Append('}');
    }

    private static FieldInfo[] Find(Type type)
    {
        const BindingFlags Own =
            BindingFlags.Instance
            | BindingFlags.Public
            | BindingFlags.NonPublic
            | BindingFlags.DeclaredOnly;
        var fields = new List<FieldInfo>();
        for (var at = type; at is not null; at = at.BaseType)
        {
            fields.AddRange(at.GetFields(Own));
        }

        return [.. fields];
    }
}
