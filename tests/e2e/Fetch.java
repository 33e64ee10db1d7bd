// SPDX-License-Identifier: ISC
// Fetch.java - the first mail of a mailbox by POP3, to standard output.
// usage: java Fetch.java PORT
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.Socket;

public class Fetch {
    static BufferedReader in;
    static PrintWriter out;

    static void expectOk() throws IOException {
        String line = in.readLine();
        System.err.println(line);
        if (line == null || !line.startsWith("+OK"))
            throw new IOException("not +OK: " + line);
    }

    static void ask(String line) throws IOException {
        out.print(line + "\r\n");
        out.flush();
        expectOk();
    }

    public static void main(String[] args) throws IOException {
        try (Socket socket = new Socket("localhost",
                Integer.parseInt(args[0]))) {
            socket.setSoTimeout(20000);
            in = new BufferedReader(
                new InputStreamReader(socket.getInputStream()));
            out = new PrintWriter(socket.getOutputStream());
            expectOk();
            ask("USER alice");
            ask("PASS wonderland");
            ask("RETR 1");
            String line;
            while (!(line = in.readLine()).equals("."))
                System.out.println(
                    line.startsWith(".") ? line.substring(1) : line);
            ask("QUIT");
        }
    }
}
