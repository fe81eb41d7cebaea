using System.Security.Cryptography;
using Control.Server.Lifetime;
using Control.Server.Settings;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;

switch (CommandLine.Parse(Executables.Control, args))
{
    case CommandLine.Help:
        Console.Out.WriteLine(HelpText.Write());
        return ExitCode.Success;
    case CommandLine.Version:
        Console.Out.WriteLine($"control {ProcessVersion.Text}");
        return ExitCode.Success;
    case CommandLine.Wrong wrong:
        Console.Error.WriteLine(wrong.Problem);
        return ExitCode.WrongSettings;
    case CommandLine.Serve serve:
        return await StartAsync(serve);
    default:
        throw new InvalidOperationException("The command line has no such form.");
}

static async Task<int> StartAsync(CommandLine.Serve serve)
{
    var mode = StartMode.Normal;
    if (serve.IsLan)
    {
        if (LanAddress.Find() is not { } address)
        {
            Console.Error.WriteLine("--lan: this machine has no IPv4 address but loopback.");
            return ExitCode.CannotStart;
        }

        mode = new StartMode(address, RandomNumberGenerator.GetHexString(32, lowercase: true));
    }

    switch (SettingsReader.Read(SettingsSource.Of(Executables.Control, serve.ConfigPath), mode))
    {
        case SettingsResult<ControlSettings>.Accepted accepted:
            var process = new ControlProcess(
                accepted.Settings,
                NodeComposition.Start,
                Console.Out,
                Console.Error
            );
            return await process.RunAsync();
        case SettingsResult<ControlSettings>.Refused refused:
            foreach (var problem in refused.Problems)
            {
                Console.Error.WriteLine(problem);
            }

            return ExitCode.WrongSettings;
        default:
            throw new InvalidOperationException("The settings were neither right nor wrong.");
    }
}
