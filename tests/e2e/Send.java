// SPDX-License-Identifier: ISC
// Send.java - a mail by a socket and its lines, as a course writes it.
// usage: java Send.java PORT [CA.pem]: with STARTTLS, if there is a CA to trust
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public class Send {
    static BufferedReader in;
    static PrintWriter out;

    static void over(Socket socket) throws IOException {
        in = new BufferedReader(new InputStreamReader(
            socket.getInputStream(), StandardCharsets.US_ASCII));
        out = new PrintWriter(socket.getOutputStream(), false,
            StandardCharsets.US_ASCII);
    }

    static void say(String line) {
        out.print(line + "\r\n");
        out.flush();
    }

    static void expect(String code) throws IOException {
        String line = in.readLine();
        System.out.println(line);
        while (line != null && line.startsWith("-", 3)) {
            line = in.readLine();
            System.out.println(line);
        }
        if (line == null || !line.startsWith(code))
            throw new IOException("not " + code + ": " + line);
    }

    static void ask(String line, String code) throws IOException {
        say(line);
        expect(code);
    }

    static Socket protect(Socket socket, String ca) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var file = Files.newInputStream(Path.of(ca))) {
            store.setCertificateEntry("practice", CertificateFactory
                .getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(
            TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket tls = (SSLSocket) context.getSocketFactory()
            .createSocket(socket, "localhost", socket.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    public static void main(String[] args) throws Exception {
        Socket socket = new Socket("localhost", Integer.parseInt(args[0]));
        socket.setSoTimeout(20000);
        over(socket);
        expect("220");
        ask("EHLO client.example", "250");
        if (args.length > 1) {
            ask("STARTTLS", "220");
            socket = protect(socket, args[1]);
            over(socket);
            ask("EHLO client.example", "250");
        }
        ask("MAIL FROM:<alice@example.org>", "250");
        ask("RCPT TO:<bob@example.com>", "250");
        ask("DATA", "354");
        say("From: Alice <alice@example.org>");
        say("To: Bob <bob@example.com>");
        say("Subject: From a socket");
        say("");
        say("Line by line.");
        say("..");
        ask(".", "250");
        ask("QUIT", "221");
        socket.close();
    }
}
