using Warren.Cli.Running;

return await new App(Terminal.OfProcess(), TimeProvider.System).RunAsync(args);
