using Anycast.Daemon.Lifetime;
using Anycast.Daemon.Settings;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;

switch (CommandLine.Parse(Executables.Anycast, args))
{
    case CommandLine.Help:
        Console.Out.WriteLine(HelpText.Write());
        return ExitCode.Success;
    case CommandLine.Version:
        Console.Out.WriteLine($"anycastd {ProcessVersion.Text}");
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
    switch (AnycastSettings.Read(SettingsSource.Of(Executables.Anycast, serve.ConfigPath)))
    {
        case SettingsResult<AnycastSettings>.Accepted accepted:
            return await new AnycastProcess(
                accepted.Settings,
                Console.Out,
                Console.Error
            ).RunAsync();
        case SettingsResult<AnycastSettings>.Refused refused:
            foreach (var problem in refused.Problems)
            {
                Console.Error.WriteLine(problem);
            }

            return ExitCode.WrongSettings;
        default:
            throw new InvalidOperationException("The settings were neither right nor wrong.");
    }
}
