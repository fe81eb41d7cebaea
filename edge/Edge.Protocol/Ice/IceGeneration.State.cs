using Edge.Wire.State;

namespace Edge.Protocol.Ice;

/// <content>How it comes into another process.</content>
internal sealed partial class IceGeneration
{
    private const int TextBytesMax = 4 * IceCredentials.LengthMax;

    /// <summary>Writes both halves.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        Write(writer, Local);
        if (_remote is null)
        {
            writer.Nothing();
        }
        else
        {
            Write(writer, _remote);
        }

        writer.Bool(IsNominated);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public static IceGeneration Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 3);
        var generation = new IceGeneration(ReadCredentials(ref reader));
        if (!reader.IsNothing())
        {
            generation.TrySetRemote(ReadCredentials(ref reader));
        }

        generation.IsNominated = reader.Bool();
        reader.End(outer);
        return generation;
    }

    private static void Write(StateWriter writer, IceCredentials credentials)
    {
        var outer = writer.Begin();
        writer.Text(credentials.UsernameFragment);
        writer.Text(credentials.Password);
        writer.End(outer);
    }

    private static IceCredentials ReadCredentials(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 2);
        var credentials = new IceCredentials(reader.Text(TextBytesMax), reader.Text(TextBytesMax));
        reader.End(outer);
        if (credentials.UsernameFragment.Length == 0 || credentials.Password.Length == 0)
        {
            reader.Break();
        }

        return credentials;
    }
}
