using Anycast.Daemon.Lifetime;
using Anycast.Daemon.Settings;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;

return await ProgramStart.RunAsync(
    Executables.Anycast,
    "anycastd",
    HelpText.Write,
    args,
    serve =>
        ProgramStart.RunAsync(
            AnycastSettings.Read(SettingsSource.Of(Executables.Anycast, serve.ConfigPath)),
            settings => new AnycastProcess(settings, Console.Out, Console.Error).RunAsync()
        )
);
