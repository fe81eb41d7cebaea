using System.Security.Cryptography;
using Control.Server.Lifetime;
using Control.Server.Settings;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;

return await ProgramStart.RunAsync(
    Executables.Control,
    "control",
    HelpText.Write,
    args,
    StartAsync
);

static async Task<int> StartAsync(CommandLine.Serve serve)
{
    var mode = StartMode.Normal;
    if (serve.IsLan)
    {
        if (LanAddress.Find() is not { } address)
        {
            await Console.Error.WriteLineAsync(
                "--lan: this machine has no IPv4 address but loopback."
            );
            return ExitCode.CannotStart;
        }

        mode = new StartMode(address, RandomNumberGenerator.GetHexString(32, lowercase: true));
    }

    return await ProgramStart.RunAsync(
        SettingsReader.Read(SettingsSource.Of(Executables.Control, serve.ConfigPath), mode),
        settings =>
            new ControlProcess(
                settings,
                NodeComposition.Start,
                Console.Out,
                Console.Error
            ).RunAsync()
    );
}
