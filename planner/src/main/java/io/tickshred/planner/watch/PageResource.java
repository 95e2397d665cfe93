package io.tickshred.planner.watch;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * {@code GET /}: the page, and under {@code /page/} what it is made of. It loads nothing from elsewhere, and its
 * content security policy says so.
 */
@Path("/")
public final class PageResource {
    private static final String INDEX = "index.html";
    private static final String SCRIPT = "text/javascript;charset=utf-8";
    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry(INDEX, "text/html;charset=utf-8"),
            Map.entry("style.css", "text/css;charset=utf-8"),
            Map.entry("app.js", SCRIPT),
            Map.entry("days.js", SCRIPT),
            Map.entry("figures.js", SCRIPT),
            Map.entry("form.js", SCRIPT),
            Map.entry("plot.js", SCRIPT),
            Map.entry("preview.js", SCRIPT),
            Map.entry("ranges.js", SCRIPT),
            Map.entry("tasks.js", SCRIPT),
            Map.entry("icon.svg", "image/svg+xml"));

    @GET
    public Response page() throws IOException {
        return file(INDEX);
    }

    @GET
    @Path("page/{file}")
    public Response file(@PathParam("file") String name) throws IOException {
        String type = FILES.get(name);
        if (type == null) {
            return Response.status(Response.Status.NOT_FOUND).build();
        }
        try (InputStream file = PageResource.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("not packed with the planner: " + name);
            }
            CacheControl revalidated = new CacheControl();
            revalidated.setNoCache(true);
            return Response.ok(file.readAllBytes(), type)
                    .cacheControl(revalidated)
                    .header("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'")
                    .header("X-Content-Type-Options", "nosniff")
                    .build();
        }
    }
}
