package io.waybill.console.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses API requests that a browser sends for another site: it would attach the HTTP Basic credentials it
 * remembers, and the API has no CSRF token. Scripts send no such header. Another port of the same host is another
 * site here as well.
 */
final class CrossSiteFilter extends OncePerRequestFilter {

    private static final String SITE = "Sec-Fetch-Site";
    private static final Set<String> OWN = Set.of("same-origin", "none");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        @Nullable String site = request.getHeader(SITE);
        if (site == null || OWN.contains(site)) {
            chain.doFilter(request, response);
        } else {
            ApiProblems.write(
                    request,
                    response,
                    HttpStatus.FORBIDDEN,
                    "CROSS_SITE_REQUEST",
                    "expected a request of a script or of this site's own pages, but a page of another site sent it");
        }
    }
}
