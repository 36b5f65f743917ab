package io.kestra.plugin.email;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kestra.core.models.property.Property;
import io.kestra.core.models.tasks.RunnableTask;
import io.kestra.core.models.tasks.Task;
import io.kestra.core.models.tasks.VoidOutput;
import io.kestra.core.runners.RunContext;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.simplejavamail.api.email.AttachmentResource;
import org.simplejavamail.api.email.EmailPopulatingBuilder;
import org.simplejavamail.api.mailer.Mailer;
import org.simplejavamail.api.mailer.config.TransportStrategy;
import org.simplejavamail.email.EmailBuilder;
import org.simplejavamail.mailer.MailerBuilder;

/** Stand-in for the official task: the same property names and the same mail library, sending real SMTP. */
public class MailSend extends Task implements RunnableTask<VoidOutput> {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    public record Attachment(String name, String uri, String contentType) {}

    protected Property<String> host;
    protected Property<Integer> port;
    protected Property<String> username;
    protected Property<String> password;
    protected Property<TransportStrategy> transportStrategy = Property.ofValue(TransportStrategy.SMTPS);
    protected Property<Integer> sessionTimeout = Property.ofValue(10000);
    protected Property<Boolean> verifyServerIdentity = Property.ofValue(true);
    protected Property<List<String>> trustedHosts;
    protected Property<String> from;
    protected Property<String> to;
    protected Property<String> cc;
    protected Property<String> subject;
    protected Property<String> htmlTextContent;
    protected Property<String> plainTextContent;
    protected Property<Object> attachments;
    protected Property<Object> embeddedImages;

    public Property<String> getHost() { return host; }
    public Property<Integer> getPort() { return port; }
    public Property<String> getUsername() { return username; }
    public Property<String> getPassword() { return password; }
    public Property<TransportStrategy> getTransportStrategy() { return transportStrategy; }
    public Property<Integer> getSessionTimeout() { return sessionTimeout; }
    public Property<Boolean> getVerifyServerIdentity() { return verifyServerIdentity; }
    public Property<List<String>> getTrustedHosts() { return trustedHosts; }
    public Property<String> getFrom() { return from; }
    public Property<String> getTo() { return to; }
    public Property<String> getCc() { return cc; }
    public Property<String> getSubject() { return subject; }
    public Property<String> getHtmlTextContent() { return htmlTextContent; }
    public Property<String> getPlainTextContent() { return plainTextContent; }
    public Property<Object> getAttachments() { return attachments; }
    public Property<Object> getEmbeddedImages() { return embeddedImages; }

    @Override
    public VoidOutput run(RunContext runContext) throws Exception {
        Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
        EmailPopulatingBuilder mail = EmailBuilder.startingBlank()
            .to(runContext.render(to).as(String.class).orElseThrow())
            .from(runContext.render(from).as(String.class).orElseThrow())
            .withSubject(text(runContext, subject))
            .withHTMLText(text(runContext, htmlTextContent))
            .withPlainText(runContext.render(plainTextContent).as(String.class)
                .orElse("Please view this email in a modern email client"));
        runContext.render(cc).as(String.class).ifPresent(mail::cc);
        mail.withAttachments(resources(runContext, attachments));
        mail.withEmbeddedImages(resources(runContext, embeddedImages));
        try (Mailer mailer = mailer(runContext)) {
            mailer.sendMail(mail.buildEmail());
        }
        return null;
    }

    private Mailer mailer(RunContext runContext) throws Exception {
        var builder = MailerBuilder
            .withSMTPServer(
                text(runContext, host),
                runContext.render(port).as(Integer.class).orElse(null),
                text(runContext, username),
                text(runContext, password))
            .withTransportStrategy(
                runContext.render(transportStrategy).as(TransportStrategy.class).orElse(TransportStrategy.SMTPS))
            .withSessionTimeout(runContext.render(sessionTimeout).as(Integer.class).orElse(10000))
            .verifyingServerIdentity(runContext.render(verifyServerIdentity).as(Boolean.class).orElse(true));
        List<String> trusted = runContext.render(trustedHosts).asList(String.class);
        if (!trusted.isEmpty()) {
            builder = builder.trustingAllHosts(false).trustingSSLHosts(trusted.toArray(new String[0]));
        }
        return builder.buildMailer();
    }

    private List<AttachmentResource> resources(RunContext runContext, Property<Object> property) throws Exception {
        List<AttachmentResource> resources = new ArrayList<>();
        for (Attachment file : files(runContext.render(property).as(Object.class).orElse(List.of()))) {
            try (InputStream content = runContext.storage().getFile(URI.create(runContext.render(file.uri())))) {
                var source = new ByteArrayDataSource(content, runContext.render(file.contentType()));
                resources.add(new AttachmentResource(runContext.render(file.name()), source));
            }
        }
        return resources;
    }

    private List<Attachment> files(Object rendered) throws Exception {
        if (rendered instanceof String written) {
            return written.isBlank() ? List.of() : files(JSON.readValue(written, Object.class));
        }
        if (rendered instanceof Map<?, ?> single) {
            return files(List.of(single));
        }
        return JSON.convertValue(rendered, new TypeReference<List<Attachment>>() {});
    }

    private static String text(RunContext runContext, Property<String> property) throws Exception {
        return runContext.render(property).as(String.class).orElse(null);
    }
}
