package io.kestra.plugin.git;

import io.kestra.core.models.property.Property;
import io.kestra.core.models.tasks.RunnableTask;
import io.kestra.core.models.tasks.Task;
import io.kestra.core.models.tasks.VoidOutput;
import io.kestra.core.runners.RunContext;

/** Stand-in for the official task: flows that use it load, under the same property names. It cannot run. */
public class SyncFlows extends Task implements RunnableTask<VoidOutput> {
    protected Property<String> url;
    protected Property<String> branch = Property.ofValue("main");
    protected Property<String> username;
    protected Property<String> password;
    protected Property<String> privateKey;
    protected Property<String> passphrase;
    protected Property<String> gitDirectory;
    protected Property<Boolean> cloneSubmodules;
    protected Property<Boolean> delete = Property.ofValue(false);
    protected Property<Boolean> dryRun = Property.ofValue(false);
    protected Property<String> targetNamespace;
    protected Property<Boolean> includeChildNamespaces = Property.ofValue(false);
    protected Property<Boolean> ignoreInvalidFlows = Property.ofValue(false);

    public Property<String> getUrl() { return url; }
    public Property<String> getBranch() { return branch; }
    public Property<String> getUsername() { return username; }
    public Property<String> getPassword() { return password; }
    public Property<String> getPrivateKey() { return privateKey; }
    public Property<String> getPassphrase() { return passphrase; }
    public Property<String> getGitDirectory() { return gitDirectory; }
    public Property<Boolean> getCloneSubmodules() { return cloneSubmodules; }
    public Property<Boolean> getDelete() { return delete; }
    public Property<Boolean> getDryRun() { return dryRun; }
    public Property<String> getTargetNamespace() { return targetNamespace; }
    public Property<Boolean> getIncludeChildNamespaces() { return includeChildNamespaces; }
    public Property<Boolean> getIgnoreInvalidFlows() { return ignoreInvalidFlows; }

    @Override
    public VoidOutput run(RunContext runContext) {
        throw new UnsupportedOperationException(
            "The stand-in of " + getClass().getName() + " synchronises nothing: run with the official plugin (--plugins DIR).");
    }
}
