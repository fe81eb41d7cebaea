using Edge.Wire.State;

namespace Edge.Protocol.Ice;

/// <content>How it comes into another process.</content>
internal sealed partial class IceGeneration
{
    /// <summary>Writes both halves.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        IceCredentialsForm.Write(writer, Local);
        if (_remote is null)
        {
            writer.Nothing();
        }
        else
        {
            IceCredentialsForm.Write(writer, _remote);
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

    /// <summary>Reads a half; what makes no sense has broken the reader, and nothing is made of it.</summary>
    private static IceCredentials ReadCredentials(ref StateReader reader) =>
        IceCredentialsForm.TryRead(ref reader, out var credentials) ? credentials : new("", "");
}
