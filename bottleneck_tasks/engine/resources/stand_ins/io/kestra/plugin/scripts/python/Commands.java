package io.kestra.plugin.scripts.python;

import io.kestra.core.models.property.Property;
import io.kestra.core.models.tasks.RunnableTask;
import io.kestra.core.models.tasks.runners.TargetOS;
import io.kestra.core.runners.RunContext;
import io.kestra.plugin.scripts.exec.AbstractExecScript;
import io.kestra.plugin.scripts.exec.scripts.models.ScriptOutput;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;

/**
 * Stand-in for the official task: the same property names, run by Kestra's own CommandsWrapper.
 * It installs nothing: `dependencies` fails with a clear message instead of being ignored.
 */
public class Commands extends AbstractExecScript implements RunnableTask<ScriptOutput> {
    public enum PackageManagerType { UV, PIP }

    protected Property<String> containerImage = Property.ofValue("ghcr.io/kestra-io/kestrapy:latest");
    protected Property<List<String>> dependencies;
    protected Property<String> pythonVersion;
    protected Property<Boolean> dependencyCacheEnabled = Property.ofValue(true);
    protected Property<PackageManagerType> packageManager = Property.ofValue(PackageManagerType.UV);

    @NotNull
    protected Property<List<String>> commands;

    @Override
    public Property<String> getContainerImage() {
        return containerImage;
    }

    public Property<List<String>> getDependencies() {
        return dependencies;
    }

    public Property<String> getPythonVersion() {
        return pythonVersion;
    }

    public Property<Boolean> getDependencyCacheEnabled() {
        return dependencyCacheEnabled;
    }

    public Property<PackageManagerType> getPackageManager() {
        return packageManager;
    }

    public Property<List<String>> getCommands() {
        return commands;
    }

    @Override
    public ScriptOutput run(RunContext runContext) throws Exception {
        List<String> wanted = runContext.render(dependencies).asList(String.class);
        if (!wanted.isEmpty()) {
            throw new IllegalArgumentException(
                "The stand-in of " + getClass().getName() + " installs no dependencies " + wanted
                    + ": bake them into the environment, or run with the official plugin (--plugins DIR).");
        }
        TargetOS os = runContext.render(targetOS).as(TargetOS.class).orElse(null);
        return this.commands(runContext)
            .addEnv(Map.of(
                "PYTHONUNBUFFERED", "true",
                "PIP_ROOT_USER_ACTION", "ignore",
                "PIP_DISABLE_PIP_VERSION_CHECK", "1"))
            .withInterpreter(interpreter)
            .withBeforeCommands(beforeCommands)
            .withBeforeCommandsWithOptions(true)
            .withCommands(commands)
            .withTargetOS(os)
            .run();
    }
}
