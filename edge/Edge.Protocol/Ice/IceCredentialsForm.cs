using System.Diagnostics.CodeAnalysis;
using Edge.Wire.State;

namespace Edge.Protocol.Ice;

/// <summary>The form in which <see cref="IceCredentials"/> of either side go to another process.</summary>
/// <remarks>Shape: as descriptions of the other side are taken, which is wider than RFC 8839 §5.4: any text of 1 to 256
/// characters without a space.</remarks>
public static class IceCredentialsForm
{
    private const int PartBytesMax = 4 * IceCredentials.LengthMax;

    /// <summary>Writes credentials.</summary>
    public static void Write(StateWriter writer, IceCredentials credentials)
    {
        var group = writer.Begin();
        writer.Text(credentials.UsernameFragment);
        writer.Text(credentials.Password);
        writer.End(group);
    }

    /// <summary>Reads credentials.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out IceCredentials credentials
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var read = new IceCredentials(Part(ref reader), Part(ref reader));
        reader.End(group);
        credentials = reader.IsBroken ? null : read;
        return credentials is not null;
    }

    private static string Part(ref StateReader reader)
    {
        var text = reader.Text(PartBytesMax);
        if (text.Length is 0 or > IceCredentials.LengthMax)
        {
            reader.Break();
        }

        foreach (var character in text)
        {
            // One that would break the line of a description makes no sense.
            if (character == ' ' || (char.IsControl(character) && character != '\t'))
            {
                reader.Break();
            }
        }

        return text;
    }
}
